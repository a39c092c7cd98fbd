import AkinSupport
import AkinVectors

// A whole model: items, users, biases and ids among the arrays of one file.

extension ArrayArchive {
  /// The items, and where the options ask for a whole model, users and item biases, with a notice that names all of them.
  func read(_ options: VectorFile.Options, _ format: VectorFormat, _ execution: Execution) throws -> ImportedVectors {
    let items = try choose(options.tensor, usual: options.usualTensors)
    if options.takesIDs, options.tensor == nil, VectorFile.userTensors.contains(items.name),
      !options.usualTensors.contains(items.name)
    {
      throw VectorFileError.unsupported(
        path: file.path, place: .tensor(items.name), found: "vectors of users where those of items are looked for",
        advice: "give users beside items: --users \(file.path); if they are what is looked for: --tensor \(items.name)")
    }
    let layout = try layout(of: items)
    var read = ImportedVectors(vectors: try layout.load(file, execution), ids: nil, format: format)
    var taken = [items.name]
    if options.takesIDs {
      read.ids = try ids(beside: items, taken: &taken, execution)
      read.titles = try titles(beside: items, taken: &taken, execution)
    }
    guard options.takesModel else { return read }
    var namedUsers: String?
    let users = try options.userTensor.map { name throws(VectorFileError) in try choose(name, usual: []) }
    if let users = users ?? entry(named: VectorFile.userTensors), users.name != items.name {
      // Users of another width are no users of these items, unless the caller says so.
      if options.userTensor != nil || (users.shape.count == 2 && users.shape[1] == items.shape[1]) {
        read.users = try self.layout(of: users).load(file, execution)
        taken.append(users.name)
        namedUsers = users.name
        if options.takesIDs { read.userIDs = try ids(beside: users, taken: &taken, execution) }
      } else if users.shape.count == 2, users.shape[0] == items.shape[0],
        users.shape[0] < max(users.shape[1], items.shape[1])
      {
        // As many rows, fewer than columns, and the columns differ: the rows are components.
        let shapes = [items, users].map { "\($0.shape[0]) × \($0.shape[1])" }
        throw VectorFileError.unsupported(
          path: file.path, place: .tensor(items.name),
          found: "a row for each component (\(shapes[0]), users \(shapes[1]))",
          advice: "save a row for each item and each user: numpy.ascontiguousarray(array.T)")
      }
    }
    let biases = entry(named: VectorFile.itemBiasTensors)
    if let biases, biases.shape.count == 1 || (biases.shape.count == 2 && biases.shape[1] == 1),
      biases.shape[0] == items.shape[0]
    {
      read.itemBiases = try column(biases, execution)
      taken.append(biases.name)
    }
    if read.itemBiases == nil, let users = read.users, users.endsWithOnes, !read.vectors.endsWithOnes {
      execution.notice?(
        Notice(
          "\(file.path): the last component of all users is 1, as implicit's BPR saves the biases of items, which are then the last "
            + "component of items; apart: numpy.savez('model.npz', item_factors=items[:, :-1], user_factors=users[:, :-1], "
            + "item_biases=items[:, -1])", isWarning: true))
    }
    // numpy.linalg.svd gives the vectors of the second side across, and so do the decompositions of scikit-learn.
    if ["vt", "vh", "components_", "components"].contains(items.name.lowercased()), items.shape.count == 2 {
      execution.notice?(
        Notice(
          "\(file.path): \(items.name) usually has a column for each item, and each row is taken as one; if so: "
            + "numpy.save('vectors.npy', array.T)", isWarning: true))
    }
    func shown(_ entry: Entry) -> String {
      let isOfUsers = VectorFile.userTensors.contains(entry.name) && entry.shape.count == 2
      if isOfUsers, entry.shape[1] != items.shape[1] { return "\(entry.name) (width \(entry.shape[1]))" }
      let isBias = VectorFile.itemBiasTensors.contains(entry.name) && entry.shape.first != items.shape[0]
      return isBias ? "\(entry.name) (\(entry.shape.map(String.init).joined(separator: " × ")))" : entry.name
    }
    let left =
      entries.filter { !taken.contains($0.name) }.map(shown)
      + (texts.map(\.name) + others).filter { !taken.contains($0) } + packed.map { "\($0) (packed)" }
      + metadata.map { "\($0) (metadata)" }
    // Whole numbers of a quantised table mean nothing without their scale.
    let scale =
      items.element?.isInteger ?? false ? entries.first { !taken.contains($0.name) && $0.isScale(of: items.name) } : nil
    if let scale {
      execution.notice?(
        Notice(
          "\(file.path): \(items.name) has whole numbers, and \(scale.name) may be their scale, which is not applied: multiply them, "
            + "and save the product", isWarning: true))
    }
    execution.notice?(
      Notice(
        "\(file.path): items=\(items.name) users=\(namedUsers ?? "none") "
          + "biases=\(read.itemBiases == nil ? "none" : biases?.name ?? "none")"
          + (left.isEmpty ? "" : "; left: \(left.prefix(8).joined(separator: ", "))\(left.count > 8 ? ", …" : "")")
          + (options.takesIDs && read.ids == nil ? adviceForIDs(beside: items, taken) ?? "" : ""),
        isWarning: !left.isEmpty))
    return read
  }
}

extension ArrayArchive.Entry {
  /// Whether the name is that of the scale of a quantised table: `weight_scale`, `weight.scales`, `weight.absmax`.
  fileprivate func isScale(of table: String) -> Bool {
    let words = Set(name.split { "._".contains($0) }.map(String.init)).subtracting(
      table.split { "._".contains($0) }.map(String.init))
    return !words.isDisjoint(with: ["scale", "scales", "absmax", "SCB", "scaling"])
  }
}

extension EmbeddingMatrix {
  /// Whether the last component of two rows or more is 1 in all of them.
  fileprivate var endsWithOnes: Bool {
    count > 1 && dimension > 1 && (0..<count).allSatisfy { row in withRow(Row(row)) { $0[$0.count - 1] == 1 } }
  }
}
