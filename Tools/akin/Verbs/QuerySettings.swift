import Akin
import AkinSupport

// The searches of a command line of `akin query`, and the names of their files.

extension QueryVerb {
  /// One search of the whole batch, and its output files.
  struct Setting {
    let search: SearchOptions
    let output: String
    let scores: String?
  }

  /// What stands for `{ef}` in the names of outputs, for each setting.
  static func words(_ arguments: Arguments) -> [String] {
    if arguments[Common.exact] { return ["exact"] }
    if arguments.has(recall) { return arguments[recall].map(\.typed) }
    if arguments.has(ef) { return arguments[ef].map { String($0) } }
    guard case .ef(let usual) = SearchRequest(k: arguments[Common.k]).resolvedEffort else { return [] }
    return [String(usual)]
  }

  /// The settings of a command line, checked before any file is opened.
  static func settings(_ arguments: Arguments) throws -> [Setting] {
    try SearchOptions.refuse(arguments, ef: ef, recall: recall)
    try arguments.refuse(vectors, with: queries)
    if !arguments.has(vectors), !arguments.has(queries) {
      throw arguments.error(.missingOption(usage: vectors.usage, meaning: "query vectors, or --queries users:FILE.emb"))
    }
    for option in [RecommendVerb.includeSeen, Common.raw] where arguments.has(option) && !arguments.has(queries) {
      throw arguments.error(.lonely(option.spelling, needs: queries.spelling))
    }
    for option in [Common.minimumScore, Common.diversity, Common.perCategory] as [any AnyOption] {
      try arguments.refuse(SearchPage.html, with: option)
    }
    // The only place for a word in a name is {ef}, also with --recall.
    for (option, name) in [(output.spelling, arguments[output]), (scores.spelling, arguments[scores] ?? "")]
    where name.contains("{recall}") || name.contains("{k}") {
      let expected = "a name whose place for --ef or --recall is {ef}"
      throw arguments.error(.badValue(option: option, expected: expected, found: name, nearest: nil))
    }
    var asked = SearchRequest(k: arguments[Common.k], minimumScore: arguments[Common.minimumScore])
    try SearchOptions.setFallback(arguments, recall: recall, of: &asked)
    func setting(_ effort: SearchEffort?, _ word: String, target: RecallTarget? = nil) -> Setting {
      var request = asked
      request.effort = effort
      return Setting(
        search: SearchOptions(request, target: target), output: replacing("{ef}", by: word, in: arguments[output]),
        scores: arguments[scores].map { replacing("{ef}", by: word, in: $0) })
    }
    if arguments[Common.exact] { return try distinct([setting(.exact, "exact")], arguments) }
    if arguments.has(recall) {
      let targets = arguments[recall]
      try requirePlace(for: targets.count, valuesOf: recall, arguments)
      return try distinct(targets.map { setting(.recall($0.value), $0.typed, target: $0) }, arguments)
    }
    guard arguments.has(ef) else {
      guard case .ef(let usual) = asked.resolvedEffort else { return [] }
      return try distinct([setting(nil, String(usual))], arguments)
    }
    let efs = arguments[ef]
    try requirePlace(for: efs.count, valuesOf: ef, arguments)
    return try distinct(efs.map { setting(.ef($0), String($0)) }, arguments)
  }

  /// Throws when several settings would share an output name without `{ef}`.
  private static func requirePlace(for count: Int, valuesOf values: any AnyOption, _ arguments: Arguments) throws {
    for (option, name) in [(output as any AnyOption, arguments[output]), (scores, arguments[scores] ?? "{ef}")]
    where count > 1 && !name.contains("{ef}") {
      throw arguments.error(
        .oneOutputForMany(
          option: option.usage.split(separator: " ").first.map(String.init) ?? option.spelling, count: count,
          of: values.spelling, name: name, example: "\(option.name == output.name ? "ids" : "scores")-{ef}.npy"))
    }
  }

  /// Throws when two settings would write the same file.
  private static func distinct(_ settings: [Setting], _ arguments: Arguments) throws -> [Setting] {
    var names: Set<String> = []
    let pages = arguments[SearchPage.html].map { [$0] } ?? []
    for name in pages + settings.flatMap({ [$0.output] + ($0.scores.map { [$0] } ?? []) })
    where !names.insert(name).inserted {
      throw arguments.error(.sameOutput(name))
    }
    return settings
  }

  static func replacing(_ place: String, by word: String, in text: String) -> String {
    var out = ""
    var rest = Substring(text)
    while !rest.isEmpty {
      if rest.hasPrefix(place) {
        out += word
        rest = rest.dropFirst(place.count)
      } else {
        out.append(rest.removeFirst())
      }
    }
    return out
  }
}
