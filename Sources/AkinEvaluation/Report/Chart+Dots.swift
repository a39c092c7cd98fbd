extension Chart {
  /// A chart of one named point per series, with a bar for its interval; x is logarithmic.
  ///
  /// - Parameter label: The description for screen readers.
  func dots(label: String) -> String {
    var svg = SVG()
    let points = series.flatMap(\.points)
    let y = Axis(
      points.flatMap { [$0.value - $0.margin, $0.value + $0.margin] }, from: Chart.height - Chart.bottom, to: Chart.top)
    // Room for names on both sides.
    let x = Axis(
      points.map(\.x), from: Chart.left + 60, to: Chart.width - Chart.right - 60, isLogarithmic: true)
    frame(&svg, y)
    for tick in x.ticks { name(decimal(tick, 3, trimmed: true), at: x.place(tick), &svg) }
    for one in series {
      for point in one.points where point.value.isFinite && point.x.isFinite {
        let (across, up) = (x.place(point.x), y.place(point.value))
        svg.add(
          "line",
          [
            ("x1", SVG.number(across)), ("x2", SVG.number(across)),
            ("y1", SVG.number(y.place(point.value - point.margin))),
            ("y2", SVG.number(y.place(point.value + point.margin))), ("class", "line s\(one.colour)"),
          ])
        svg.add(
          "circle",
          [("cx", SVG.number(across)), ("cy", SVG.number(up)), ("r", "5"), ("class", "dot s\(one.colour)")],
          note: "\(one.name): \(decimal(point.value, 4, trimmed: true)) after \(decimal(point.x, 2, trimmed: true)) s")
        // A name on the right half stands before its point.
        let isLeft = across < (Chart.left + Chart.width) / 2
        svg.words(
          one.name, x: across + (isLeft ? 9 : -9), y: up - 7, [("text-anchor", isLeft ? "start" : "end")])
      }
    }
    return svg.drawing(width: Chart.width, height: Chart.height, label: label)
  }
}
