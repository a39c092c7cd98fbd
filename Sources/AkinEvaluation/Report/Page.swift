/// The parts that every page of a report has.
enum Page {
  /// A page without scripts and external resources, in light or dark colours by the reader's system.
  ///
  /// - Parameters:
  ///   - title: The heading.
  ///   - body: The elements below the heading.
  static func html(title: String, body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(SVG.escaped(title))</title>
    <style>
    \(sheet)
    </style>
    </head>
    <body>
    <main>
    <h1>\(SVG.escaped(title))</h1>
    \(body)</main>
    </body>
    </html>

    """
  }

  /// A chart with its heading and caption.
  static func figure(_ title: String, _ drawing: String, _ caption: String) -> String {
    "<figure>\n<h3>\(SVG.escaped(title))</h3>\n\(drawing)<figcaption>\(SVG.escaped(caption))</figcaption>\n</figure>\n"
  }

  /// The colours of series, by name.
  static func legend(_ names: [String]) -> String {
    let entries = names.enumerated().map { number, name in
      "<span><i class=\"key s\(number % Chart.colours)\"></i>\(SVG.escaped(name))</span>"
    }
    return "<p class=\"legend\">" + entries.joined() + "</p>\n"
  }

  /// Labels and values under a heading.
  static func facts(_ facts: [(label: String, value: String)]) -> String {
    let rows = facts.map { "<dt>\(SVG.escaped($0.label))</dt><dd>\(SVG.escaped($0.value))</dd>" }
    return "<h2>Method</h2>\n<dl>\n" + rows.joined(separator: "\n") + "\n</dl>\n"
  }
}
