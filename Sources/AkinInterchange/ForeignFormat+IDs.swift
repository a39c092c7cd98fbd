extension ForeignFormat {
  /// How to make a file of ids of it; `nil` for formats that are unpacked first.
  ///
  /// - Parameter path: The file.
  func adviceForIDs(_ path: String) -> String? {
    let write = ".astype(str).to_csv('ids.txt', index=False, header=False)"
    switch self {
    case .json:
      return "write one id a line: open('ids.txt', 'w').write('\\n'.join(map(str, json.load(open('\(path)')))))"
    case .parquet, .arrow:
      return "write one id a line: pandas.read_\(self == .arrow ? "feather" : "parquet")('\(path)')['NAME']\(write)"
    case .excel: return "write one id a line: pandas.read_excel('\(path)', dtype=str)['NAME']\(write)"
    case .r:
      return
        "write one id a line, in R: write.table(readRDS('\(path)'), 'ids.txt', quote = FALSE, row.names = FALSE, col.names = FALSE)"
    case .pickle:
      return "if you trust it: open('ids.txt', 'w').write('\\n'.join(map(str, pickle.load(open('\(path)', 'rb')))))"
    default: return nil
    }
  }
}
