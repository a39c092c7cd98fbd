/// The manual page `akin(1)`, in the man macros, which groff and mandoc read.
struct ManualPage {
  /// The verbs, as the whole command's help lists them.
  let chapters: [Chapter]
  /// The version that the page names.
  let version: String
  /// The date that the page names, or an empty text.
  let date: String

  /// The page.
  var text: String {
    var page = Roff()
    page.macro("TH", "AKIN", "1", date, "akin \(version)", "User Commands")
    page.section("NAME")
    page.prose("akin - \(Tool.summary)")
    page.section("SYNOPSIS")
    page.line(Roff.bold("akin") + " " + Roff.italic("VERB") + " [ARGUMENTS] [OPTIONS]")
    page.section("DESCRIPTION")
    page.prose(
      "akin trains embeddings of users and items from interactions, builds an index over them, and answers which items to "
        + "recommend. Each verb below does one step. Options may stand before, between and after arguments; -- ends them. "
        + "An option's value follows it or stands after =.")
    page.section("OPTIONS")
    page.entry(Roff.bold("-h") + ", " + Roff.bold("--help"), "Show the help of akin, or after a verb that of the verb.")
    page.entry(Roff.bold("-V") + ", " + Roff.bold("--version"), "Show the version.")
    for chapter in chapters {
      page.section(chapter.heading.uppercased())
      for verb in chapter.verbs { ManualPage.add(verb.command, to: &page) }
    }
    page.section("EXIT STATUS")
    for (code, meaning) in ExitCode.meanings { page.entry(Roff.bold("\(code.rawValue)"), meaning.uppercasedFirst) }
    page.section("ENVIRONMENT")
    for (name, meaning) in ManualPage.environment { page.entry(Roff.bold(name), meaning) }
    return page.text
  }

  /// The variables that the command reads.
  private static let environment = [
    (
      "AKIN_KERNELS",
      "The instruction set of the inner loops: scalar, avx2, avx512 or neon. By default the best that the CPU has."
    ),
    ("NO_COLOR", "Text without colour, when it is set and not empty."),
    ("CLICOLOR_FORCE", "Colour on a terminal even when TERM is dumb, when it is set and not 0."),
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
