import AkinSupport

extension ForeignContent {
  /// The marks of texts that are no rows, in the order in which they are looked for: what is told by one word comes before what is told
  /// by the shape of all lines.
  private static let texts: [(content: ForeignContent, mark: KeyPath<TextOpening, Bool> & Sendable)] = [
    (.tibble, \.isTibble),
    (.arff, \.isARFF),
    (.gitLog, \.isGitLog),
    (.redis, \.isProtocolOfRedis),
    (.notebook, \.isOfNotebook),
    (.hbase, \.isOfHBase),
    (.printedArray, \.isNamedArray),
    (.printedMatrix, \.isPrintedMatrix),
    (.namedValue, \.isNamedValue),
    (.contingency, \.isContingency),
    (.elements, \.areElements),
    (.htmlRows, \.areRowsOfHTML),
    (.keyedJSON, \.isKeyedJSON),
    (.keyedDictionaries, \.areKeyedDictionaries),
    (.wikiTable, \.isWikiTable),
    (.bbCode, \.isBBCode),
    (.records, \.areRecords),
    (.stataList, \.isListOfStata),
    (.juliaFrame, \.isFrameOfJulia),
    (.columns, \.isBelowRule),
    (.drawing, \.isDrawn),
    (.labelled, \.areLabelled),
    (.log, \.isLogOfWebServer),
    (.requests, \.areRequests),
    (.fieldBlocks, \.areBlocks),
    (.sql, \.isSQL),
    (.cypher, \.isCypher),
    (.graph, \.isGraph),
    (.pajekEdges, \.areEdgesOfPajek),
    (.ucinet, \.isUCINET),
    (.trivialGraph, \.isTrivialGraph),
    (.dot, \.isDOT),
    (.predictions, \.isPrediction),
    (.yaml, \.isYAML),
    (.redis, \.isAnswer),
    (.latex, \.isLaTeX),
    (.prometheus, \.areMetrics),
    (.lineProtocol, \.arePoints),
    (.programLog, \.isLogged),
    (.program, \.isProgram),
    (.turtle, \.isTurtle),
    (.drawing, \.isBarred),
    (.listing, \.isListing),
    (.series, \.isSeries),
    (.hexadecimal, \.isHexDump),
    (.heldOut, \.isHeldOut),
    (.spmf, \.areSequences),
    (.keyedLists, \.areKeyedLists),
    (.yamlLists, \.areYAMLLists),
    (.bullets, \.areBulleted),
    (.blocks, \.isBlock),
    (.vowpal, \.areExamples),
    (.vowpalPlain, \.arePlainExamples),
    (.edges, \.areEdges),
    (.namedRecords, \.areNamedRecords),
    (.braceLists, \.areBraceLists),
    (.tuples, \.areTuplesOfOneLine),
    (.brackets, \.areBracketed),
  ]

  /// What databases and programs show or dump as text, by its first lines; `nil` for what may be rows.
  ///
  /// - Parameter start: The first bytes, without a byte order mark.
  static func shown(_ start: [UInt8]) -> ForeignContent? {
    guard let opening = TextOpening(start) else { return nil }
    return texts.first { opening[keyPath: $0.mark] }?.content
  }
}
