// What writes the edges of graphs as rows.

extension ForeignContent {
  /// Edges of a graph in GML, or in Pajek's format with nodes.
  static func edgesOfGML(_ path: String) -> String {
    "write its edges, as directed ones, whose ends keep their places: "
      + "sed -E '/^ *directed 0/d; s/^( *)graph *[[]/\\1graph [ directed 1/; s/^[*][Ee]dges/*Arcs/' \(path) > d.txt; "
      + "networkx.write_edgelist(networkx.read_gml('d.txt'), 'rows.txt', data=False), or read_pajek"
  }

  /// Edges of a graph in GraphML.
  static func edgesOfGraphML(_ path: String) -> String {
    "write its edges, as directed ones, whose ends keep their places, and their weight if they have one: "
      + "sed 's/edgedefault=\"undirected\"/edgedefault=\"directed\"/' \(path) > d.graphml; "
      + "networkx.write_edgelist(networkx.read_graphml('d.graphml'), 'rows.txt', data=['weight'])"
  }

  /// Edges of a graph in GEXF.
  static func edgesOfGEXF(_ path: String) -> String {
    "write its edges, as directed ones, whose ends keep their places, and their weight if they have one: "
      + "sed -E 's/<graph[^>]*>/<graph defaultedgetype=\"directed\">/' \(path) > d.gexf; "
      + "networkx.write_edgelist(networkx.read_gexf('d.gexf'), 'rows.txt', data=['weight'])"
  }

  /// Edges of a graph in DOT.
  static func edgesOfDOT(_ path: String) -> String {
    "write its edges: grep -E -- '-[->]' \(path) | sed -E 's/ *-[->] */,/; s/ *(\\[.*)?;? *$//; s/^ +//; s/\"//g' > rows.csv"
  }

  /// Edges with attributes in braces.
  static func edgesOfNetworkX(_ path: String) -> String {
    "keep the weight alone: sed -E \"s/[{].*'weight': *([-+.0-9eE]+).*[}]/\\1/; s/[{].*[}]/1/\" \(path) > rows.txt, "
      + "or write networkx.write_weighted_edgelist(graph, 'rows.txt')"
  }

  /// Edges below nodes and a line `#`.
  static func edgesOfTrivialGraph(_ path: String) -> String {
    "write its edges: sed '1,/^ *#/d' \(path) | awk '{print $1\" \"$2}' > rows.txt"
  }

  /// Edges in Pajek's format without nodes.
  static func edgesOfPajek(_ path: String) -> String {
    "leave its marks out: grep -v '^[*]' \(path) > rows.txt; of *Arcslist and *Edgeslist read the lines with --layout lists"
  }

  /// Edges below the line `data:` of UCINET's DL.
  static func edgesOfUCINET(_ path: String) -> String {
    "leave the lines above its data out: sed '1,/^ *[Dd][Aa][Tt][Aa]:/d' \(path) > rows.txt; of format=nodelist read the lines "
      + "with --layout lists"
  }
}
