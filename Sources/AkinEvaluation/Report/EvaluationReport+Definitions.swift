extension EvaluationReport {
  /// The definitions of the metrics.
  static let definitions = """
    <h2>Definitions</h2>
    <ul class="terms">
    <li>R is the number of a user's held-out positives. Lists exclude the user's known items; all other items of the \
    catalogue are candidates. Ties are in the order of item ids.</li>
    <li><b>Recall@k</b>: hits / R. <b>Recall(min)@k</b>: hits / min(k, R). <b>Precision@k</b>: hits / k. \
    <b>HR@k</b>: 1 with any hit. <b>MRR@k</b>: 1 / place of the first hit.</li>
    <li><b>MAP@k</b>: mean over users of the sum of precision at each hit / min(k, R). <b>NDCG@k</b>: binary gains, \
    discount 1 / log2(place + 1), relative to the ideal list.</li>
    <li><b>AUC</b>: the share of pairs of a positive and another candidate in which the positive has the higher score; \
    ties count against the model.</li>
    <li><b>RMSE</b>, <b>MAE</b>: over held-out values, with predictions clipped to the range of the training values.</li>
    <li><b>Coverage@k</b>: share of the catalogue in at least one list. <b>Gini@k</b>: inequality of the number of \
    lists per item, 0 for equal numbers.</li>
    <li><b>Novelty@k</b>: the mean of &minus;log2((n + 1) / (N + 1)) over the items of a list, n of N training users having the \
    item. <b>Diversity@k</b>: the mean of 1 &minus; cosine over pairs of items in a list, by the item vectors of the first model. \
    <b>Serendipity@k</b>: positives in the list that are not among the k most popular candidates of the user / k.</li>
    </ul>

    """
}
