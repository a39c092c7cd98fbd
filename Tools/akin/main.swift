import AkinSupport

// Everything is in `Tool`, so that tests can run it; here it meets the process.
let cancellation = Cancellation()
Signals.prepare(cancellation)
exit(Tool.run(Array(CommandLine.arguments.dropFirst()), console: .standard(cancellation: cancellation)))
