import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

extension CatalogueWriter {
  /// Merges the segments that have become too many, and builds those anew of which too much is deleted; see `MergePolicy`.
  ///
  /// - Parameter execution: Threads, progress and cancellation.
  /// - Returns: What was done; `nil` when nothing was due.
  /// - Throws: ``FileError`` for a damaged segment, ``OutputError``, ``Cancelled``; the catalogue is as before then.
  /// - Complexity: Over many changes, each item is written O(log *items*) times.
  @discardableResult
  public func merge(execution: Execution = Execution()) throws -> CatalogueChange? {
    let ranges = policy.due(current.manifest.segments)
    if ranges.isEmpty { return nil }
    return try rewrite(ranges, CatalogueChange(.merge), execution: execution)
  }

  /// Merges segments until at most `target` are left, and drops deleted rows of worn ones; of a single segment, all. Then
  /// removes old generations, if asked to.
  ///
  /// One segment has the bytes of the index that ``HNSWIndex/init(_:options:queries:execution:)`` builds of the items that
  /// are left, in their order of arrival.
  ///
  /// - Parameters:
  ///   - target: The number of segments, at least 1.
  ///   - kept: The number of newest generations that stay, at least 1; `nil` keeps all.
  ///   - execution: Threads, progress and cancellation.
  /// - Returns: What was done; there is no new generation when no segment had to change.
  /// - Throws: ``CatalogueError``, ``FileError``, ``OutputError``, ``Cancelled``; the catalogue is as before then.
  @discardableResult
  public func compact(
    to target: Int = 1, keeping kept: Int? = nil, execution: Execution = Execution()
  ) throws -> CatalogueChange {
    for (name, value) in [("the number of segments", target), ("the number of generations", kept ?? 1)] where value < 1
    {
      throw CatalogueError.badOption(name: name, found: value, least: 1)
    }
    var change = CatalogueChange(.compact)
    change.generation = current.manifest.generation
    let ranges = policy.ranges(current.manifest.segments, downTo: target)
    if !ranges.isEmpty { change = try rewrite(ranges, change, isWhole: target == 1, execution: execution) }
    if let kept { try removeGenerations(keeping: kept) }
    return change
  }

  /// Makes one segment of each range, and publishes the result.
  private func rewrite(
    _ ranges: [Range<Int>], _ change: CatalogueChange, isWhole: Bool = false, execution: Execution
  ) throws -> CatalogueChange {
    var change = change
    var segments = openSegments
    let open = current.segments
    // From the end, so that earlier places stay.
    for range in ranges.reversed() {
      change.merged += range.count
      let live = segments[range].reduce(0) { $0 + $1.record.live }
      var made: [(record: SegmentRecord, index: HNSWIndex)] = []
      if live > 0 {
        let parts = Array(open[range])
        let content = try SegmentContent(merging: parts, of: current.manifest.model, execution: execution)
        // What a compaction makes depends on the items alone.
        let base = change.operation == .merge ? policy.base(of: parts.map(\.record)) : nil
        let index = try content.index(
          current.manifest.model, isLinked: isWhole || live >= policy.linkedFrom,
          growing: base.flatMap { base in parts[base].index.map { ($0, parts.liveRows(of: base)) } },
          execution: execution)
        made = [try write(index, execution: execution)]
        change.written += live
      }
      segments.replaceSubrange(range, with: made)
    }
    try publish(segments, &change)
    return change
  }

  /// Removes all but the newest generations, then the segments that no generation names. Readers that have them open keep
  /// them.
  private func removeGenerations(keeping kept: Int) throws {
    let ops = directory.disk.ops
    let names = try directory.names()
    let generations = names.compactMap { CatalogueDirectory.generation(of: $0) }.sorted()
    for generation in generations.dropLast(kept) {
      try check(ops.remove(directory(CatalogueDirectory.name(of: generation))), "unlink")
    }
    // No generation may come back, after a power cut, without its segments.
    try check(ops.synchronizeDirectory(directory.path), "fsync of the directory")
    // A damaged manifest names no segments; those that only it named are lost with it.
    try removeSegments(names, unnamedBy: generations.suffix(kept).compactMap { try? directory.read($0).manifest })
    try check(ops.synchronizeDirectory(directory.path), "fsync of the directory")
  }

  /// Removes the segments among some names that none of the manifests names.
  func removeSegments(_ names: [String], unnamedBy manifests: [Manifest]) throws(OutputError) {
    let used = Set(manifests.flatMap { $0.segments.map(\.digest) })
    for name in names {
      guard let digest = CatalogueDirectory.digest(of: name), !used.contains(digest) else { continue }
      try check(directory.disk.ops.remove(directory(name)), "unlink")
    }
  }

  func check(_ status: Int, _ call: String) throws(OutputError) {
    guard status < 0, status != -Int(ENOENT) else { return }
    throw .failed(path: directory.path, call: call, errno: Int32(-status))
  }
}

extension [Segment] {
  /// For each live row of all segments its row in one of them; `nil` for those of the others.
  fileprivate func liveRows(of one: Int) -> [Row?] {
    enumerated().flatMap { place, segment in
      (0..<segment.record.rows).map { Row($0) }.filter { segment.holds($0) }.map { place == one ? $0 : nil }
    }
  }
}
