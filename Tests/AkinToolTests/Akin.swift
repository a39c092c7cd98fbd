import AkinSupport

@testable import AkinTool

/// What one run of the command did.
struct Run {
  let code: Int32
  let output: String
  let messages: String
}

/// Runs the command in this process, its streams in memory.
func akin(_ words: String..., terminal: Terminal? = nil, cancellation: Cancellation = Cancellation()) -> Run {
  akin(words, terminal: terminal, cancellation: cancellation)
}

/// Runs the command in this process, its streams in memory.
func akin(_ words: [String], terminal: Terminal? = nil, cancellation: Cancellation = Cancellation()) -> Run {
  let console = Console(
    output: TextStream(inMemoryAs: "standard output", terminal: terminal),
    messages: TextStream(inMemoryAs: "standard error", terminal: terminal), cancellation: cancellation)
  let code = Tool.run(words, console: console)
  return Run(code: code, output: console.output.collected, messages: console.messages.collected)
}
