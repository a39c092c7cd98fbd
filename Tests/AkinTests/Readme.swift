// swift-format-ignore-file

import Akin
import AkinTraining

/// The README's example, word for word but for the folder: ``ReadmeTests`` compares the two, and runs this one.
func readme(folder: String) throws {
  // README begins
  let catalog = try ItemTable.read(path: folder + "/movies.csv")
  let interactions = try Interactions.read(path: folder + "/ratings.csv").including(catalog)
  try WALS.train(interactions).embeddings(for: interactions, catalogue: catalog).write(to: folder + "/ml.emb")
  print("indexed", try HNSWIndex.build(from: EmbeddingFile(path: folder + "/ml.emb"), to: folder + "/ml.idx").items, "items")
  let recommender = try Recommender(index: folder + "/ml.idx", embeddings: folder + "/ml.emb")
  for item in try recommender.recommend(for: .number(1), k: 10) {
    print(item.title ?? item.id.description, item.score)
  }
  // README ends
}
