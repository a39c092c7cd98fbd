/// What people type who know other programs, and what it is here.
enum Hints {
  /// Options by their names elsewhere, without dashes.
  static let options: [String: String] = [
    "factors": "--dimensions", "n-factors": "--dimensions", "num-factors": "--dimensions", "rank": "--dimensions",
    "dim": "--dimensions", "dims": "--dimensions", "embedding-dim": "--dimensions", "latent-dim": "--dimensions",
    "iterations": "--epochs", "iters": "--epochs", "max-iter": "--epochs", "n-epochs": "--epochs",
    "regularization": "--lambda", "regularisation": "--lambda", "reg": "--lambda", "reg-param": "--lambda",
    "l2": "--lambda", "wd": "--weight-decay", "lr": "--learning-rate", "step-size": "--learning-rate",
    "top-k": "-k", "topk": "-k", "top": "-k", "num": "-k", "limit": "-k", "n": "-k", "num-recommendations": "-k",
    "ef-search": "--ef", "efSearch": "--ef", "M": "--m", "max-links": "--m", "efConstruction": "--ef-construction",
    "out": "--output", "outfile": "--output", "output-file": "--output", "overwrite": "--force", "space": "--metric",
    "distance": "--metric", "similarity": "--metric", "separator": "--delimiter", "sep": "--delimiter",
    "seperator": "--delimiter", "delim": "--delimiter", "user-col": "--user-column", "item-col": "--item-column",
    "user": "--user-column", "item": "--item-column", "rating": "--value-column", "rating-column": "--value-column",
    "value-col": "--value-column", "timestamp": "--time-column", "timestamp-column": "--time-column",
    "rating-col": "--value-column", "time-col": "--time-column", "batch-size": "--batch", "test-file": "--test",
    "fail-below": "--fail-under", "min-recall": "--fail-under",
    "n-jobs": "--threads", "jobs": "--threads", "num-threads": "--threads", "workers": "--threads",
    "random-state": "--seed", "optimizer": "--optimiser", "neg-samples": "--negatives", "silent": "--quiet",
    "embeddings": "--users", "model-file": "--users", "queries-file": "--vectors", "query-file": "--vectors",
  ]

  /// Commands by their names elsewhere.
  static let verbs: [String: String] = [
    "similar": "related", "neighbors": "related", "neighbours": "related", "search": "query", "knn": "query",
    "nearest": "related", "nn": "related", "top": "recommend", "who": "audience", "explain": "predict",
    "fit": "train", "learn": "train", "build": "index", "convert": "import", "load": "import", "encode": "embed",
    "score": "predict", "rate": "predict", "rec": "recommend", "suggest": "recommend", "eval": "evaluate",
    "test": "evaluate", "validate": "evaluate", "benchmark": "recall", "bench": "recall", "check": "verify",
    "fsck": "verify", "inspect": "info", "show": "info", "describe": "info", "stats": "info", "man": "manual",
    "append": "add", "insert": "add", "upsert": "add", "remove": "delete", "rm": "delete", "vacuum": "compact",
    "recommendations": "recommend", "recommender": "recommend", "topk": "recommend", "topn": "recommend",
    "predictions": "predict", "split": "evaluate", "metrics": "evaluate", "dump": "export", "save": "export",
    "download": "demo", "create": "catalogue", "similarity": "related", "similar-items": "related", "ann": "query",
    "catalog": "catalogue", "fold-in": "update", "grid-search": "tune", "example": "demo", "generate": "sample",
  ]

  /// Command names of other programs, and the command to use instead.
  static let missing: [String: String] = [
    "serve": "akin-serve, a command of the Python package akin_index, answers over HTTP",
    "ls": "akin info FILE and akin catalogue info DIR show what is in them",
    "list": "akin recommend --all and akin related --all write lists; akin info FILE shows what is in it",
    "merge": "akin update adds interactions to an embeddings file",
  ]
}

extension Command {
  /// Whether a spelling is that of an option of this command.
  func accepts(_ spelling: String) -> Bool {
    let spelling = spelling.split(separator: " ").first.map(String.init) ?? spelling
    return allOptions.contains { $0.spelling == spelling || $0.short.map { "-\($0)" } == spelling }
  }
}
