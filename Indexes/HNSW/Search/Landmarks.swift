import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// Landmarks: a sample of the nodes of upper layers, whose codes in one table are compared with a query. Walks start at
/// the nearest landmarks.
///
/// A descent from the entry through the upper layers reads memory at random, a third of all rows that a search scores.
/// Codes in panels take about a sixtieth of that each, and the best of a sample (``number(nodes:)``) are nearer than
/// the end of a descent.
///
/// Many landmarks are grouped around some of them, the pivots: a query is compared with the pivots and with the groups
/// of the nearest pivots.
///
/// Cost: a quarter to a half of a nanosecond a landmark and 100 components where the CPU multiplies bytes (AVX-512
/// VNNI) in batches of 12 queries, twice that for one query.
@safe final class Landmarks: @unchecked Sendable {
  // Safe: the table of kernels is constant.

  /// The number of start nodes of a walk.
  static let starts = 4
  /// Fewer landmarks are no better than a descent.
  private static let fewest = 16
  /// Fewer landmarks form one group.
  private static let fewestGrouped = 2048
  /// The number of groups that a query is compared with.
  private static let probes = 6
  /// Queries of one comparison: their values stay in cache.
  private static let block = 12
  /// The largest number of values that one call compares with a floor.
  private static let chunk = 512

  /// The landmarks, group by group.
  let nodes: [UInt32]
  /// The codes of the landmarks; each group starts at a panel.
  private let table: LandmarkCodes
  /// The codes of the pivots, or `nil` for a single group.
  private let pivots: LandmarkCodes?
  /// The start of each group among the nodes and among the lanes of the table, and the end of the last.
  private let groups: [(node: Int, lane: Int)]
  private let mean: [Float]?
  /// The value of an inner product of a query of step 1 and a row; the unit of the offsets is 1.
  private let unit: Float
  private let kernels: UnsafePointer<akin_kernels>

  /// The number of landmarks of a graph, limited by the nodes of its upper layers.
  ///
  /// The number of clusters grows with the nodes: with 2√*n* landmarks, more and more walks would start in a wrong
  /// cluster. In a single group, more landmarks would cost as much as they save; in groups, four times as many cost the
  /// same.
  ///
  /// - Parameter nodes: The number of nodes.
  static func number(nodes: Int, _ book: CodeBook) -> Int {
    let root = cbrt(Double(nodes))
    let whole = max(2 * Double(nodes).squareRoot(), 0.4 * root * root)
    return Int(whole >= Double(fewestGrouped) && canGroup(book) ? 4 * whole : whole)
  }

  /// Whether the nearest landmarks of a pivot are near each other. Projections of unit vectors onto axes have any
  /// length, so the longest would be the nearest of all.
  private static func canGroup(_ book: CodeBook) -> Bool {
    book.axes == nil || book.metric == .euclidean
  }

  /// Landmarks drawn evenly from the slots of level 1; `nil` for few slots or without codes.
  ///
  /// - Complexity: O(*nodes*^⅔ · *width*), in groups O(*nodes* · *width*) multiply-adds of bytes.
  convenience init?(of storage: GraphStorage) {
    guard let codes = storage.codes, let layer = storage.upperLayers.first else { return nil }
    let number = min(Landmarks.number(nodes: storage.vectors.count, codes.book), layer.count)
    guard number >= Landmarks.fewest else { return nil }
    self.init(nodes: (0..<number).map { layer.node(of: UInt32($0 * layer.count / number)) }, codes: codes)
  }

  /// - Parameters:
  ///   - nodes: Each has a code.
  ///   - codes: By node.
  init(nodes: [UInt32], codes: CodeTable) {
    let book = codes.book
    unsafe kernels = codes.kernels
    let isRotated = book.axes != nil
    // A half byte n is 2n - 15 steps; the sum of the -15 is the same for all landmarks.
    unit = isRotated ? 2 * book.step : book.step
    mean = book.metric == .euclidean && !isRotated ? (0..<book.dimension).map { unsafe book.mean[$0] } : nil
    guard nodes.count >= Landmarks.fewestGrouped && Landmarks.canGroup(book) else {
      self.nodes = nodes
      groups = [(0, 0), (nodes.count, 0)]
      pivots = nil
      table = LandmarkCodes([nodes[...]], codes: codes)
      return
    }
    let number = 2 * Int(Double(nodes.count).squareRoot())
    let chosen = (0..<number).map { nodes[$0 * nodes.count / number] }
    let pivots = LandmarkCodes([chosen[...]], codes: codes)
    let owners = pivots.nearest(to: nodes, of: number, unit: unit, codes: codes)
    var members = [[UInt32]](repeating: [], count: number)
    for (node, owner) in zip(nodes, owners) { members[owner].append(node) }
    var groups: [(node: Int, lane: Int)] = [(0, 0)]
    for group in members {
      let (node, lane) = groups[groups.count - 1]
      groups.append((node + group.count, lane + (group.count + 15) / 16 * 16))
    }
    self.nodes = members.flatMap { $0 }
    self.groups = groups
    self.pivots = pivots
    table = LandmarkCodes(members.map { $0[...] }, codes: codes)
  }

  /// The nearest landmarks of `number` queries, best first, `starts` places for each; ``Layer/noNode`` where a query has
  /// none (what is not finite is near to nothing).
  ///
  /// - Parameters:
  ///   - queries: As `dimension` components each, or as coordinates where the codes have axes.
  ///   - stride: Floats from one to the next.
  @unsafe func nearest(
    to queries: UnsafePointer<Float>, stride: Int, dimension: Int, number: Int
  ) -> [UInt32] {
    let kernels = unsafe kernels.pointee
    var found = [UInt32](repeating: Layer.noNode, count: number * Landmarks.starts)
    let width = table.panels.width
    let whole = pivots ?? table
    let lanes = whole.panels.lanes
    let room = min(number, Landmarks.block)
    let values = AlignedFloats(count: room * lanes)
    var codes = [Int8](repeating: 0, count: room * width)
    var about = [akin_code_query](repeating: akin_code_query(), count: room)
    var first = 0
    while first < number {
      let count = min(room, number - first)
      for query in 0..<count {
        // Safe: a query has `dimension` components, its code `width` bytes.
        let step = unsafe codes.withUnsafeMutableBufferPointer { codes in
          unsafe kernels.to_bytes(
            queries + (first + query) * stride, mean, dimension, codes.baseAddress! + query * width,
            &about[query].code_sum)
        }
        about[query].start_scale = 1 / (step * unit)
      }
      // Safe: there is a value for each lane of each panel and each query.
      unsafe whole.score(codes, about, count, into: values.floats.baseAddress!)
      unsafe found.withUnsafeMutableBufferPointer { found in
        unsafe codes.withUnsafeBufferPointer { codes in
          for query in 0..<count {
            let own = unsafe values.floats.baseAddress! + query * lanes
            let places = unsafe found.baseAddress! + (first + query) * Landmarks.starts
            if pivots == nil {
              unsafe choose(Landmarks.starts, of: own, nodes.count) { rank, place in
                unsafe places[rank] = nodes[place]
              }
            } else {
              unsafe scanGroups(
                codes.baseAddress! + query * width, &about[query], own, into: places)
            }
          }
        }
      }
      first += count
    }
    return found
  }

  /// Compares one query with the groups of its nearest pivots, whose values are there.
  private func scanGroups(
    _ code: UnsafePointer<Int8>, _ about: UnsafePointer<akin_code_query>, _ pivotValues: UnsafePointer<Float>,
    into found: UnsafeMutablePointer<UInt32>
  ) {
    unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: Landmarks.probes) { near in
      var size = 0
      var total = 0
      unsafe choose(Landmarks.probes, of: pivotValues, groups.count - 1) { rank, group in
        unsafe near[rank] = group
        size = rank + 1
        total += groups[group + 1].node - groups[group].node
      }
      // The values of the next group overwrite those of the empty lanes in the last panel.
      unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: total + 16) { values in
        var end = 0
        for rank in 0..<size {
          let group = unsafe near[rank]
          unsafe table.score(
            code, about, from: groups[group].lane, to: groups[group + 1].lane, into: values.baseAddress! + end)
          end += groups[group + 1].node - groups[group].node
        }
        unsafe choose(Landmarks.starts, of: values.baseAddress!, end) { rank, place in
          var (group, place) = (0, place)
          while true {
            let (own, next) = unsafe (groups[near[group]], groups[near[group] + 1])
            if place < next.node - own.node {
              unsafe found[rank] = nodes[own.node + place]
              return
            }
            place -= next.node - own.node
            group += 1
          }
        }
      }
    }
  }

  /// The indices of the `limit` largest values, largest first, without NaNs.
  private func choose(
    _ limit: Int, of values: UnsafePointer<Float>, _ count: Int, _ body: (Int, Int) -> Void
  ) {
    let kernels = unsafe kernels.pointee
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: limit + 1) { best in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Landmarks.chunk) { hits in
        // Safe: `best` has room for `limit` + 1, `hits` for all that one call can find.
        let best = best.baseAddress!
        let hits = hits.baseAddress!
        var size = 0
        // The wanted number reaches this bound, and hardly any other value.
        let floor = unsafe kernels.kth_lower_bound(values, count, limit)
        var first = 0
        while first < count {
          let number = min(Landmarks.chunk, count - first)
          let hitCount = unsafe Int(kernels.indices_at_least(values + first, UInt32(number), floor, hits))
          for hit in 0..<hitCount {
            let place = first + Int(unsafe hits[hit])
            let candidate = Candidate.pack(distance: -(unsafe values[place]), node: UInt32(place))
            if size == limit, unsafe candidate > best[limit - 1] { continue }
            unsafe Candidate.insert(candidate, into: best, size: &size, limit: limit)
          }
          first += number
        }
        for rank in 0..<size { body(rank, Int(Candidate.node(unsafe best[rank]))) }
      }
    }
  }
}
