import Akin
import AkinSupport
import AkinTestSupport
import Testing

@Suite("Lists for many users and items at once")
struct RecommenderListTests {
  private static let cases = Metric.allCases.flatMap { metric in
    Recommendable.Index.allCases.map { (metric, $0) }
  }

  /// Requests of every kind.
  private static func requests(_ world: Recommendable) -> [SearchRequest] {
    let thirds = world.rows((0..<Recommendable.items).filter { $0 % 3 == 0 })
    var requests: [SearchRequest] = []
    for effort in [SearchEffort.exact, .ef(30)] {
      for k in [1, 10, 500] {
        requests.append(SearchRequest(k: k, effort: effort))
        requests.append(SearchRequest(k: k, effort: effort, filter: .excluding(thirds), minimumScore: 0.5))
      }
    }
    return requests
  }

  @Test("The list of each user is that of a single call, whatever the range and the threads", arguments: cases)
  func users(metric: Metric, index: Recommendable.Index) throws {
    let world = try Recommendable(metric, index)
    for (number, request) in Self.requests(world).enumerated() {
      for range in [0..<Recommendable.users, 2..<5, 3..<3] {
        for includesSeen in [false, true] {
          let lists = try world.recommender.recommend(
            toEach: range, request, includesSeen: includesSeen, execution: Execution(threads: 2))
          #expect(lists.queryCount == range.count)
          for (query, user) in range.enumerated() {
            let one = try world.recommender.recommend(
              for: Recommendable.id(ofUser: user), request, includesSeen: includesSeen)
            #expect(
              lists[query].map(\.row) == one.map(\.row) && lists[query].map(\.score) == one.map(\.score),
              "user \(user), request \(number)")
          }
        }
      }
    }
  }

  @Test("The list of each user is the same in any order of users, and alone as rows", arguments: cases)
  func order(metric: Metric, index: Recommendable.Index) throws {
    let world = try Recommendable(metric, index)
    let order = (0..<Recommendable.users).map { Row($0 * 7 % Recommendable.users) } + [Row(2), Row(2)]
    for (number, request) in Self.requests(world).enumerated() {
      for includesSeen in [false, true] {
        let lists = try world.recommender.recommend(
          toEach: order, request, ListRules(includesSeen: includesSeen), execution: Execution(threads: 2))
        #expect(lists.queryCount == order.count)
        for (query, user) in order.enumerated() {
          let one = try world.recommender.neighbors(
            ofUser: user, request, ListRules(includesSeen: includesSeen))
          let named = try world.recommender.recommend(
            for: Recommendable.id(ofUser: Int(user.index)), request, includesSeen: includesSeen)
          #expect(Array(lists[query]) == one, "user \(user), request \(number)")
          #expect(one.map(\.row) == named.map(\.row) && one.map(\.score) == named.map(\.score))
        }
      }
    }
  }

  @Test("The list of each item is that of a single call", arguments: cases)
  func items(metric: Metric, index: Recommendable.Index) throws {
    let world = try Recommendable(metric, index)
    for (number, request) in Self.requests(world).enumerated() {
      for range in [0..<Recommendable.items, 70..<80, 9..<9] {
        let lists = try world.recommender.related(toEach: range, request, execution: Execution(threads: 2))
        for (query, item) in range.enumerated() {
          let one = try world.recommender.related(to: .text("item-\(item)"), request)
          #expect(
            lists[query].map(\.row) == one.map(\.row) && lists[query].map(\.score) == one.map(\.score),
            "item \(item), request \(number)")
        }
      }
    }
  }

  @Test("Without users there are no lists for them, and a cancelled run ends with an error")
  func refused() throws {
    let world = try Recommendable(.innerProduct, .graph)
    let bare = try Recommender(index: world.recommender.index, catalog: world.file)
    #expect(throws: RecommenderError.noUsers) { try bare.recommend(toEach: 0..<1) }
    let cancellation = Cancellation()
    cancellation.cancel()
    let execution = Execution(threads: 1, cancellation: cancellation)
    #expect(throws: Cancelled.self) { try world.recommender.recommend(toEach: 0..<3, execution: execution) }
    #expect(throws: Cancelled.self) { try world.recommender.related(toEach: 0..<3, execution: execution) }
  }
}
