extension Chart {
  /// One way to search, as a point of recall and speed.
  struct Way {
    let name: String
    let recall: Double
    let queriesPerSecond: Double
    let isExact: Bool
  }

  /// Recall against queries a second: a line through the approximate ways, a mark and a dashed line for the exact ones.
  static func tradeOff(_ ways: [Way], xName: String, yName: String) -> String {
    let known = ways.filter { $0.queriesPerSecond > 0 && $0.recall.isFinite }
    var svg = SVG()
    let speeds = known.map(\.queriesPerSecond)
    let y = Axis(
      [(speeds.min() ?? 1) / 1.4, (speeds.max() ?? 1) * 1.4], from: height - bottom, to: top, isLogarithmic: true)
    let x = Axis(
      known.map(\.recall) + [min(0.99, known.map(\.recall).min() ?? 0), 1], from: left, to: width - right - 10)
    let chart = Chart(series: [], xName: xName, yName: yName)
    chart.frame(&svg, y)
    for tick in x.ticks { chart.name(x.name(tick), at: x.place(tick), &svg) }
    for way in known where way.isExact {
      let place = SVG.number(y.place(way.queriesPerSecond))
      svg.add(
        "line",
        [
          ("x1", SVG.number(left)), ("x2", SVG.number(width - right)), ("y1", place), ("y2", place),
          ("class", "line dashed s1"),
        ])
    }
    let walks = known.filter { !$0.isExact }.sorted {
      ($0.recall, $1.queriesPerSecond) < ($1.recall, $0.queriesPerSecond)
    }
    let path = walks.map { "\(SVG.number(x.place($0.recall))),\(SVG.number(y.place($0.queriesPerSecond)))" }
    svg.add("polyline", [("points", path.joined(separator: " ")), ("class", "line s0")])
    var labels: [(x: Double, y: Double)] = []
    for way in walks + known.filter(\.isExact) {
      let (across, up) = (x.place(way.recall), y.place(way.queriesPerSecond))
      let note =
        "\(way.name): recall \(decimal(way.recall, 4, trimmed: true)), \(decimal(way.queriesPerSecond, 0)) queries a second"
      if way.isExact {
        let corners = [(0.0, -6.0), (6, 0), (0, 6), (-6, 0)]
        let points = corners.map { "\(SVG.number(across + $0.0)),\(SVG.number(up + $0.1))" }.joined(separator: " ")
        svg.add("polygon", [("points", points), ("class", "dot s1")], note: note)
      } else {
        svg.add(
          "circle", [("cx", SVG.number(across)), ("cy", SVG.number(up)), ("r", "4"), ("class", "dot s0")], note: note)
      }
      // A name that would lie on another is left to the tooltip.
      let spot = (x: across - 8, y: up + (way.isExact ? -9 : 17))
      guard !labels.contains(where: { ($0.x - spot.x).magnitude < 58 && ($0.y - spot.y).magnitude < 15 }) else {
        continue
      }
      labels.append(spot)
      svg.words(way.name, x: spot.x, y: spot.y, [("text-anchor", "end")])
    }
    return svg.drawing(width: width, height: height, label: "\(yName) by \(xName)")
  }

  /// A few rising values of one group.
  struct Range {
    let name: String
    let colour: Int
    let values: [Double]
  }

  /// A column for each group: a line through its values, dots that shrink, on a logarithmic axis.
  ///
  /// - Parameters:
  ///   - label: The description for screen readers.
  ///   - notes: The names of the values.
  static func ranges(_ groups: [Range], yName: String, label: String, notes: [String]) -> String {
    var svg = SVG()
    let all = groups.flatMap(\.values).filter { $0 > 0 && $0.isFinite }
    let y = Axis([(all.min() ?? 1) / 1.3, (all.max() ?? 1) * 1.3], from: height - bottom, to: top, isLogarithmic: true)
    let chart = Chart(series: [], xName: "", yName: yName)
    chart.frame(&svg, y)
    let slot = (width - left - right) / Double(max(groups.count, 1))
    // Names of at most so many groups fit side by side.
    let step = max(1, (groups.count * 64 + 557) / 558)
    for (place, group) in groups.enumerated() {
      let x = left + (Double(place) + 0.5) * slot
      let known = group.values.map { $0.isFinite && $0 > 0 ? y.place($0) : nil }
      if place % step == 0 { chart.name(group.name, at: x, &svg) }
      if let first = known.compactMap({ $0 }).first, let last = known.compactMap({ $0 }).last {
        svg.add(
          "line",
          [
            ("x1", SVG.number(x)), ("x2", SVG.number(x)), ("y1", SVG.number(first)), ("y2", SVG.number(last)),
            ("class", "line s\(group.colour)"),
          ])
      }
      for (number, spot) in known.enumerated() {
        guard let spot else { continue }
        svg.add(
          "circle",
          [
            ("cx", SVG.number(x)), ("cy", SVG.number(spot)), ("r", SVG.number(6 - 1.5 * Double(number))),
            ("class", "dot s\(group.colour)"),
          ], note: "\(group.name), \(notes[number]): \(decimal(group.values[number], 1, trimmed: true)) \(yName)")
      }
    }
    return svg.drawing(width: width, height: height, label: label)
  }
}
