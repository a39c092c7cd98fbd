import AkinSupport
import AkinVectors

@testable import AkinTraining

/// Ratings of 1 to 5 that a seed determines, with a taste to be found in them.
func ratings(users: Int = 40, items: Int = 30, count: Int = 400, seed: UInt64) throws -> Interactions {
  var random = SeededGenerator(seed: seed)
  var rows: [(user: UserID, item: ItemID, value: Float)] = []
  for _ in 0..<count {
    let user = Int(random.uniform() * random.uniform() * Double(users))
    let item = Int(random.uniform() * random.uniform() * Double(items))
    let taste = (user + item) % 3 == 0 ? 1.5 : -0.5
    let value = 3 + taste + random.normal() * 0.5
    rows.append((.number(UInt64(user)), .number(UInt64(item)), Float(min(5, max(1, value.rounded())))))
  }
  return try Interactions(rows: rows, duplicates: .last)
}

/// Every number of a model, as bits.
func bits(_ model: TrainedModel) -> [UInt32] {
  var bits: [UInt32] = [model.globalMean.bitPattern]
  for matrix in [model.users, model.items] {
    for row in 0..<matrix.count { bits += matrix[Row(row)].map(\.bitPattern) }
  }
  bits += (model.userBiases ?? []).map(\.bitPattern) + (model.itemBiases ?? []).map(\.bitPattern)
  return bits
}

func options(_ change: (inout MFOptions) -> Void) -> MFOptions {
  var options = MFOptions()
  options.dimensions = 6
  change(&options)
  return options
}
