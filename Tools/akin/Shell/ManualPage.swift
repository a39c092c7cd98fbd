/// The manual page `akin(1)`, in the man macros of groff and mandoc.
struct ManualPage {
  /// The program that the page describes.
  let program: Program
  /// The date on the page, or an empty text.
  let date: String

  /// The page.
  var text: String {
    var page = Roff()
    page.macro("TH", "AKIN", "1", date, "akin \(program.version)", "User Commands")
    page.section("NAME")
    page.prose("akin - \(program.summary)")
    page.section("SYNOPSIS")
    page.line(Roff.bold("akin") + " " + Roff.italic("COMMAND") + " [ARGUMENTS] [OPTIONS]")
    page.section("DESCRIPTION")
    page.prose(
      "akin trains embeddings of users and items from interactions, builds an index over them, and answers "
        + "which items to "
        + "recommend. Each command below does one step. Options may stand before, between and after "
        + "arguments; -- ends them. "
        + "The value of an option follows it, as the next word or after =.")
    page.section("OPTIONS")
    page.entry(
      Roff.bold("-h") + ", " + Roff.bold("--help"), "Show the help of akin, or of the command that it follows.")
    page.entry(Roff.bold("-V") + ", " + Roff.bold("--version"), "Show the version.")
    for chapter in program.chapters {
      page.section(chapter.heading.uppercased())
      for verb in chapter.verbs { ManualPage.add(verb.command, to: &page) }
    }
    page.section("EXIT STATUS")
    for (code, meaning) in ExitCode.meanings { page.entry(Roff.bold("\(code.rawValue)"), meaning.uppercasedFirst) }
    page.section("ENVIRONMENT")
    for (name, meaning) in ManualPage.environment { page.entry(Roff.bold(name), meaning) }
    return page.text
  }

  /// The environment variables that the program reads.
  private static let environment = [
    (
      "AKIN_KERNELS",
      "Instruction set of the inner loops: scalar, avx2, avx512 or neon. Default: the best that the CPU has; "
        + "another name, or a set that it lacks, is an error."
    ),
    ("NO_COLOR", "Disables colour when set and not empty."),
    ("CLICOLOR_FORCE", "Enables colour on a terminal even when TERM is dumb, when set and not 0."),
  ]

  private static func add(_ command: Command, to page: inout Roff) {
    page.macro("SS", "akin \(command.name)")
    page.prose(command.summary + ".")
    page.macro("PP")
    let required = command.allOptions.filter(\.isRequired).map(\.usage)
    let words = command.arguments.map(\.usage) + required + ["[OPTIONS]"]
    page.line(Roff.bold("akin \(command.name)") + " " + Roff.escaped(words.joined(separator: " ")))
    for paragraph in command.discussion {
      page.macro("PP")
      page.prose(paragraph)
    }
    for argument in command.arguments { page.entry(Roff.italic(argument.name), argument.summary) }
    for option in command.allOptions {
      let spellings = option.spellings.map(Roff.bold).joined(separator: ", ")
      page.entry(spellings + (option.placeholder.map { " " + Roff.italic($0) } ?? ""), option.explanation)
    }
    if command.examples.isEmpty { return }
    page.macro("PP")
    page.prose(command.examples.count == 1 ? "Example:" : "Examples:")
    page.macro("PP")
    page.macro("nf")
    page.macro("RS", "4")
    for example in command.examples {
      if let meaning = example.meaning { page.verbatim("# " + meaning) }
      page.verbatim(example.line)
    }
    page.macro("RE")
    page.macro("fi")
  }
}
