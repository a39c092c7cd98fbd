import AkinSupport

// Tests run `Tool` directly; this file connects it to the process.
let cancellation = Cancellation()
Signals.prepare(cancellation)
MappingFault.prepare()
exit(Tool.run(Array(CommandLine.arguments.dropFirst()), console: .standard(cancellation: cancellation)))
