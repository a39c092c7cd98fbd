/// A line chart or bar chart as SVG. The page's style sheet sets the colours of the classes `s0`, `s1`, …
struct Chart {
  /// The values of one model.
  struct Series {
    let name: String
    /// The number of the colour class `s`.
    let colour: Int
    /// Points, with half the width of the 95 % interval, or 0.
    let points: [(x: Double, value: Double, margin: Double)]
    var isDashed = false

    /// - Parameters:
    ///   - name: The name of the model.
    ///   - colour: The number of the model, from which the colour follows.
    ///   - points: Points, with half the width of the 95 % interval, or 0.
    ///   - isDashed: Whether its line is dashed.
    init(name: String, colour: Int, points: [(x: Double, value: Double, margin: Double)], isDashed: Bool = false) {
      self.name = name
      self.colour = colour % Chart.colours
      self.points = points
      self.isDashed = isDashed
    }
  }

  /// The number of colour classes in the style sheet.
  static let colours = 10
  static let width = 640.0
  static let height = 300.0
  static let left = 66.0
  static let right = 16.0
  static let top = 14.0
  static let bottom = 48.0

  let series: [Series]
  let xName: String
  let yName: String
  /// Values that the y axis spans besides those of the series.
  var spanned: [Double] = []

  /// A line chart, with bands of the intervals.
  ///
  /// - Parameters:
  ///   - xTicks: The labelled x values.
  ///   - isLogarithmic: Whether the x axis is logarithmic.
  ///   - yFromZero: Whether the y axis starts at 0.
  ///   - label: The description for screen readers.
  func lines(xTicks: [Double], isLogarithmic: Bool, yFromZero: Bool, label: String) -> String {
    var svg = SVG()
    let y = yAxis(fromZero: yFromZero)
    let x = Axis(
      series.flatMap { $0.points.map(\.x) }, from: Chart.left, to: Chart.width - Chart.right,
      isLogarithmic: isLogarithmic)
    frame(&svg, y)
    for tick in xTicks where tick >= x.low && tick <= x.high {
      name(decimal(tick, 0), at: x.place(tick), &svg)
    }
    for line in series {
      let known = line.points.filter { $0.value.isFinite }
      if known.contains(where: { $0.margin > 0 }) {
        let upper = known.map { "\(SVG.number(x.place($0.x))),\(SVG.number(y.place($0.value + $0.margin)))" }
        let lower = known.reversed().map { "\(SVG.number(x.place($0.x))),\(SVG.number(y.place($0.value - $0.margin)))" }
        svg.add("polygon", [("points", (upper + lower).joined(separator: " ")), ("class", "band s\(line.colour)")])
      }
      let path = known.map { "\(SVG.number(x.place($0.x))),\(SVG.number(y.place($0.value)))" }
      svg.add(
        "polyline",
        [("points", path.joined(separator: " ")), ("class", "line s\(line.colour)\(line.isDashed ? " dashed" : "")")])
      for point in known where known.count <= 40 {
        svg.add(
          "circle",
          [
            ("cx", SVG.number(x.place(point.x))), ("cy", SVG.number(y.place(point.value))), ("r", "3"),
            ("class", "dot s\(line.colour)"),
          ], note: "\(line.name), \(xName) \(decimal(point.x, 0)): \(decimal(point.value, 4, trimmed: true))")
      }
    }
    return svg.drawing(width: Chart.width, height: Chart.height, label: label)
  }

  /// A grouped bar chart; values that are not finite are left out.
  ///
  /// - Parameters:
  ///   - names: The label of each group; a point's x is the number of its group.
  ///   - label: The description for screen readers.
  func bars(names: [String], label: String) -> String {
    var svg = SVG()
    let y = yAxis(fromZero: true)
    frame(&svg, y)
    let slot = (Chart.width - Chart.left - Chart.right) / Double(max(names.count, 1))
    let bar = slot * 0.76 / Double(max(series.count, 1))
    for (index, text) in names.enumerated() {
      name(text, at: Chart.left + (Double(index) + 0.5) * slot, &svg)
    }
    for (number, line) in series.enumerated() {
      for point in line.points where point.value.isFinite {
        let start = Chart.left + point.x * slot + slot * 0.12 + Double(number) * bar
        let top = y.place(point.value)
        svg.add(
          "rect",
          [
            ("x", SVG.number(start)), ("y", SVG.number(top)), ("width", SVG.number(max(bar - 1.5, 1))),
            ("height", SVG.number(max(y.place(0) - top, 0))), ("rx", "1.5"), ("class", "bar s\(line.colour)"),
          ], note: "\(line.name), \(names[Int(point.x)]): \(decimal(point.value, 4, trimmed: true))")
      }
    }
    return svg.drawing(width: Chart.width, height: Chart.height, label: label)
  }

  private func yAxis(fromZero: Bool) -> Axis {
    let ends = spanned + series.flatMap { $0.points.flatMap { [$0.value - $0.margin, $0.value + $0.margin] } }
    return Axis(
      fromZero ? ends.map { max($0, 0) } : ends, from: Chart.height - Chart.bottom, to: Chart.top,
      startingAtZero: fromZero)
  }

  /// Draws grid lines and labels.
  func frame(_ svg: inout SVG, _ y: Axis) {
    for tick in y.ticks {
      let place = SVG.number(y.place(tick))
      svg.add(
        "line",
        [
          ("x1", SVG.number(Chart.left)), ("x2", SVG.number(Chart.width - Chart.right)), ("y1", place), ("y2", place),
          ("class", "grid"),
        ])
      svg.words(y.name(tick), x: Chart.left - 8, y: y.place(tick) + 4, [("text-anchor", "end")])
    }
    let middle = (Chart.left + Chart.width - Chart.right) / 2
    svg.words(xName, x: middle, y: Chart.height - 6, [("text-anchor", "middle"), ("class", "axis")])
    let centre = (Chart.top + Chart.height - Chart.bottom) / 2
    svg.words(
      yName, x: 14, y: centre,
      [("text-anchor", "middle"), ("class", "axis"), ("transform", "rotate(-90 14 \(SVG.number(centre)))")])
  }

  /// Writes a label below the axis.
  func name(_ text: String, at x: Double, _ svg: inout SVG) {
    svg.words(text, x: x, y: Chart.height - Chart.bottom + 20, [("text-anchor", "middle")])
  }
}
