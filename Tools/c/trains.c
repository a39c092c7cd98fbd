// Training, its options and its cancelling; recommending to users and histories.
#include "test.h"

static int heard = 0;
static int32_t listen(void *context, const char *stage, int64_t completed, int64_t total, const char *unit, const char *note) {
  (void)completed, (void)total, (void)note;
  CHECK(stage && unit);
  heard++;
  return *(int *)context;
}

void trains(void) {
  enum { pairs = users * 20 };
  static uint32_t who[pairs], what[pairs];
  for (int pair = 0; pair < pairs; pair++) {
    who[pair] = (uint32_t)(pair / 20);
    // A user's items lie in one of four quarters, each at most once.
    what[pair] = (uint32_t)(pair / 20 % 4) * (items / 4) + (uint32_t)(pair % 20) * 7 % (items / 4);
  }
  akin_texts known_items = {.struct_size = sizeof known_items, .kind = AKIN_ROW_NUMBERS, .count = items};
  char text[users * 8];
  uint64_t offsets[users + 1];
  size_t at = 0;
  for (int user = 0; user < users; user++) {
    offsets[user] = at;
    at += (size_t)snprintf(text + at, sizeof text - at, "u%d", user);
  }
  offsets[users] = at;
  akin_texts known_users = {
      .struct_size = sizeof known_users, .kind = AKIN_TEXTS, .count = users, .text = text, .offsets = offsets};
  akin_interactions interactions = {.struct_size = sizeof interactions, .count = pairs, .user_rows = who, .item_rows = what,
                                    .users = &known_users, .items = &known_items};
  int answer = 0;
  akin_work work = {.struct_size = sizeof work, .threads = 1, .progress = listen, .context = &answer};
  const char *options = "{\"dimensions\": 8, \"epochs\": 4, \"seed\": 7}";
  akin_handle embeddings = 0, index = 0, recommender = 0;
  OK(akin_train(&interactions, options, &work, &embeddings));
  CHECK(heard > 0);
  akin_facts facts = {.struct_size = sizeof facts};
  OK(akin_describe(embeddings, &facts));
  CHECK(facts.kind == AKIN_EMBEDDINGS && facts.items == items && facts.users == users && facts.dimension == 8);
  CHECK(facts.user_ids == AKIN_TEXTS && facts.has_history);

  // Cancelled from the listener, and by a switch.
  akin_handle none = 0;
  answer = 1;
  CHECK(akin_train(&interactions, options, &work, &none) == AKIN_CANCELLED && none == 0);
  answer = 0;
  OK(akin_cancellation(&work.cancellation));
  OK(akin_cancel(work.cancellation));
  CHECK(akin_train(&interactions, options, &work, &none) == AKIN_CANCELLED);
  OK(akin_close(work.cancellation));

  // Times: without them a half-life is refused, with them values fade.
  const char *fading = "{\"dimensions\": 8, \"epochs\": 2, \"half_life\": 1}";
  CHECK(akin_train(&interactions, fading, NULL, &none) == AKIN_USAGE);
  static double when[pairs];
  for (int pair = 0; pair < pairs; pair++) when[pair] = 1.6e9 + 3600.0 * pair;
  interactions.times = when;
  OK(akin_train(&interactions, fading, NULL, &none));
  OK(akin_close(none));
  when[3] = 0.0 / 0.0;
  CHECK(akin_train(&interactions, fading, NULL, &none) == AKIN_BAD_INPUT);

  OK(akin_embeddings_save(embeddings, path("t.emb"), 0));
  OK(akin_index_build(embeddings, path("t.idx"), "{\"with_users\": true}", NULL, &index));
  OK(akin_recommender(index, 0, &recommender));
  int64_t wanted[2];
  const uint64_t parts[] = {0, 2, 5};
  akin_texts names = {.struct_size = sizeof names, .kind = AKIN_TEXTS, .count = 2, .text = "u7nix", .offsets = parts};
  OK(akin_rows(recommender, AKIN_USERS, &names, wanted));
  CHECK(wanted[0] >= 0 && wanted[1] == -1);

  // A user gets no item that the user has, and one alone what the batch says.
  akin_request request = usual();
  request.effort = AKIN_EXACT;
  int64_t everybody[users];
  for (int user = 0; user < users; user++) everybody[user] = users - 1 - user;
  akin_answers first = into(rows, scores), second = into(again, same);
  OK(akin_recommend(recommender, &request, everybody, users, &first));
  akin_texts user_ids = {.struct_size = sizeof user_ids};
  OK(akin_ids(embeddings, AKIN_USERS, &user_ids));
  for (int user = 0; user < users; user++) {
    int64_t row = everybody[user];
    int number = atoi(user_ids.text + user_ids.offsets[row] + 1);
    for (int place = 0; place < k; place++)
      for (int pair = 0; pair < pairs; pair++)
        CHECK(!((int)who[pair] == number && what[pair] == rows[user * k + place]));
    OK(akin_recommend(recommender, &request, &row, 1, &second));
    CHECK(memcmp(again, rows + user * k, k * sizeof *rows) == 0);
  }
  akin_texts_free(&user_ids);
  CHECK(user_ids.text == NULL);

  // A user of a history is recommended items of the quarter.
  uint64_t liked[3] = {0, 7, 14};
  int64_t bounds[2] = {0, 3};
  akin_texts history = {.struct_size = sizeof history, .kind = AKIN_NUMBERS, .count = 3, .numbers = liked};
  OK(akin_recommend_histories(recommender, &request, &history, NULL, bounds, 1, &second));
  for (int place = 0; place < k; place++) CHECK(again[place] > 0 && again[place] < items / 4);
  float user[8];
  OK(akin_fold_in(recommender, &history, NULL, bounds, 1, user, 8, NULL));
  request.seen_offsets = (int64_t[]){0, 3};
  request.seen_rows = (uint32_t[]){0, 7, 14};
  OK(akin_search(index, &request, user, 1, 8, &first));
  CHECK(memcmp(rows, again, k * sizeof *rows) == 0);
  request = usual();
  REFUSED(AKIN_USAGE, "'a row of vectors' must have 8", akin_fold_in(recommender, &history, NULL, bounds, 1, user, 9, NULL));
  REFUSED(AKIN_USAGE, "'vectors' must not be null", akin_fold_in(recommender, &history, NULL, bounds, 1, NULL, 8, NULL));
  liked[1] = 999999;
  REFUSED(AKIN_BAD_INPUT, "999999", akin_recommend_histories(recommender, &request, &history, NULL, bounds, 1, &second));

  const float *lent = NULL;
  int64_t count = 0, dimension = 0, stride = 0;
  OK(akin_vectors(embeddings, AKIN_USERS, &lent, &count, &dimension, &stride));
  CHECK(count == users && dimension == 8 && stride == 16 && lent[8] == 0);

  // Unlike options: the sentences of the command.
  REFUSED(AKIN_USAGE, "--dimensions must be", akin_train(&interactions, "{\"dimensions\": 0}", NULL, &none));
  REFUSED(AKIN_USAGE, "no option '--dimension'", akin_train(&interactions, "{\"dimension\": 8}", NULL, &none));
  REFUSED(AKIN_USAGE, "one JSON object", akin_train(&interactions, "[]", NULL, &none));
  REFUSED(AKIN_USAGE, "one JSON object", akin_train(&interactions, "{\"seed\": {}}", NULL, &none));
  REFUSED(AKIN_USAGE, "one JSON object", akin_train(&interactions, "{\"help\": true}", NULL, &none));
  REFUSED(AKIN_BAD_INPUT, "JSON", akin_train(&interactions, "{", NULL, &none));
  what[0] = items;
  REFUSED(AKIN_USAGE, "'item_rows' has 600 at place 0", akin_train(&interactions, NULL, NULL, &none));
  OK(akin_close(recommender));
  OK(akin_close(index));
  OK(akin_close(embeddings));
}
