// Tests libakin as a program in C uses it: every function, laws between them, and arguments that no program should give.
// Prints what it does; ends with 1 and the line of the first check that fails. Usage: test DIR, an empty directory.
#include <akin.h>

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                              \
  do {                                                                                                \
    if (!(condition)) {                                                                               \
      fprintf(stderr, "%s:%d: %s\n  last error: %s\n", __FILE__, __LINE__, #condition, akin_last_error()); \
      exit(1);                                                                                        \
    }                                                                                                 \
  } while (0)
#define OK(call) CHECK((call) == AKIN_OK)
// A call that must be refused, with a sentence that holds `words`.
#define REFUSED(status, words, call) \
  do {                               \
    CHECK((call) == (status));       \
    CHECK(strstr(akin_last_error(), words)); \
  } while (0)

enum { items = 600, users = 120, wide = 16, k = 7 };

static char path_buffer[4096];
static const char *directory;
static const char *path(const char *name) {
  snprintf(path_buffer, sizeof path_buffer, "%s/%s", directory, name);
  return path_buffer;
}

static uint64_t state = 20261129;
static double uniform(void) {
  state += 0x9E3779B97F4A7C15u;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static float vectors[items * wide];

static akin_request usual(void) {
  akin_request request = {0};
  request.struct_size = sizeof request;
  request.k = k;
  return request;
}

static int64_t rows[users * k], again[users * k], counts[users];
static uint64_t ids[users * k];
static float scores[users * k], same[users * k];
static akin_answers into(int64_t *row, float *score) {
  akin_answers answers = {0};
  answers.struct_size = sizeof answers;
  answers.capacity = users * k;
  answers.rows = row;
  answers.scores = score;
  return answers;
}

static akin_handle made(int32_t metric) {
  akin_texts numbers = {0};
  static uint64_t own[items];
  for (int row = 0; row < items; row++) own[row] = 10 * (uint64_t)row + 3;
  numbers.struct_size = sizeof numbers;
  numbers.kind = AKIN_NUMBERS;
  numbers.count = items;
  numbers.numbers = own;
  akin_handle embeddings = 0;
  OK(akin_embeddings_make(vectors, items, wide, metric, &numbers, NULL, &embeddings));
  return embeddings;
}

// ---- Laws

static void searches(void) {
  akin_handle embeddings = made(AKIN_COSINE), index = 0, opened = 0;
  OK(akin_index_build(embeddings, NULL, "{\"m\": 8, \"ef_construction\": 50}", NULL, &index));
  OK(akin_index_save(index, path("made.idx"), 0));
  REFUSED(AKIN_USAGE, "exists", akin_index_save(index, path("made.idx"), 0));
  OK(akin_index_save(index, path("made.idx"), 1));
  OK(akin_index_open(path("made.idx"), &opened));

  akin_request exact = usual();
  exact.effort = AKIN_EXACT;
  akin_answers first = into(rows, scores), second = into(again, same);
  first.ids = ids;
  first.counts = counts;
  OK(akin_search(index, &exact, vectors, users, wide, &first));
  OK(akin_search(opened, &exact, vectors, users, wide, &second));
  CHECK(memcmp(rows, again, sizeof rows) == 0 && memcmp(scores, same, sizeof scores) == 0);
  for (int query = 0; query < users; query++) {
    CHECK(counts[query] == k && rows[query * k] == query && fabsf(scores[query * k] - 1) < 1e-6f);
    for (int place = 0; place < k; place++) {
      CHECK(ids[query * k + place] == 10 * (uint64_t)rows[query * k + place] + 3);
      if (place > 0) CHECK(scores[query * k + place] <= scores[query * k + place - 1]);
    }
    // One query alone has the answer that it has in a batch, by every effort.
    OK(akin_search(index, &exact, vectors + query * wide, 1, wide, &second));
    CHECK(memcmp(again, rows + query * k, k * sizeof *rows) == 0);
  }

  // A filter by handle, bits of the call, and both together.
  uint64_t even[(items + 63) / 64], low[(items + 63) / 64];
  memset(even, 0x55, sizeof even);
  memset(low, 0, sizeof low);
  memset(low, 0xFF, sizeof *low);
  akin_handle filter = 0;
  int64_t allowed = 0;
  OK(akin_filter_rows(index, even, items, &filter));
  OK(akin_filter_count(filter, &allowed));
  CHECK(allowed == items / 2);
  akin_request both = exact;
  both.filter = filter;
  both.allow = low;
  both.allow_rows = items;
  OK(akin_search(index, &both, vectors, users, wide, &second));
  for (int place = 0; place < users * k; place++) CHECK(again[place] >= 0 && again[place] < 64 && again[place] % 2 == 0);
  REFUSED(AKIN_USAGE, "the filter is over 64 rows", (both.allow_rows = 64, akin_search(index, &both, vectors, 1, wide, &second)));

  // Rows that one query must not get: its own best.
  int64_t offsets[users + 1];
  uint32_t seen[users];
  for (int query = 0; query <= users; query++) offsets[query] = query;
  for (int query = 0; query < users; query++) seen[query] = (uint32_t)rows[query * k];
  akin_request without = exact;
  without.seen_offsets = offsets;
  without.seen_rows = seen;
  OK(akin_search(index, &without, vectors, users, wide, &second));
  for (int query = 0; query < users; query++) CHECK(again[query * k] == rows[query * k + 1]);

  // More items than there are: places without an item are told.
  akin_request all = exact;
  all.k = items + 5;
  int64_t *long_rows = calloc(items + 5, sizeof *long_rows);
  akin_answers long_answers = {0};
  long_answers.struct_size = sizeof long_answers;
  long_answers.capacity = items + 5;
  long_answers.rows = long_rows;
  OK(akin_search(index, &all, vectors, 1, wide, &long_answers));
  CHECK(long_rows[items - 1] >= 0 && long_rows[items] == -1 && long_rows[items + 4] == -1);
  free(long_rows);

  int64_t wanted[3] = {5, 599, 0};
  OK(akin_related(index, &exact, wanted, 3, &second));
  for (int place = 0; place < 3 * k; place++) CHECK(again[place] >= 0 && again[place] != wanted[place / k]);
  OK(akin_close(filter));
  REFUSED(AKIN_USAGE, "closed", akin_filter_count(filter, &allowed));
  OK(akin_close(opened));
  OK(akin_close(index));
  OK(akin_close(embeddings));
}

static int heard = 0;
static int32_t listen(void *context, const char *stage, int64_t completed, int64_t total, const char *unit, const char *note) {
  (void)completed, (void)total, (void)note;
  CHECK(stage && unit);
  heard++;
  return *(int *)context;
}

static void trains(void) {
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

static void catalogues(void) {
  akin_handle embeddings = made(AKIN_COSINE), catalogue = 0;
  char *change = NULL;
  OK(akin_catalogue_create(path("shop"), embeddings, NULL, 0, NULL, &change));
  CHECK(strstr(change, "\"added\":600"));
  akin_free(change);
  REFUSED(AKIN_USAGE, "holds a catalogue", akin_catalogue_create(path("shop"), embeddings, NULL, 0, NULL, NULL));
  uint64_t gone[2] = {3, 4};
  akin_texts some = {.struct_size = sizeof some, .kind = AKIN_NUMBERS, .count = 2, .numbers = gone};
  OK(akin_catalogue_delete(path("shop"), &some, NULL, &change));
  CHECK(strstr(change, "\"deleted\":1") && strstr(change, "\"unknown\":1"));
  akin_free(change);
  OK(akin_index_open(path("shop"), &catalogue));
  akin_facts facts = {.struct_size = sizeof facts};
  OK(akin_describe(catalogue, &facts));
  CHECK(facts.kind == AKIN_CATALOGUE && facts.live == items - 1);
  akin_request exact = usual();
  exact.effort = AKIN_EXACT;
  akin_answers answers = into(rows, scores);
  answers.ids = ids;
  OK(akin_search(catalogue, &exact, vectors, 1, wide, &answers));
  for (int place = 0; place < k; place++) CHECK(ids[place] != 3 && ids[place] % 10 == 3);
  // The deleted one comes back; a reader that was there before keeps its generation.
  OK(akin_catalogue_add(path("shop"), embeddings, NULL, &change));
  CHECK(strstr(change, "\"added\":1") && strstr(change, "\"unchanged\":599"));
  akin_free(change);
  OK(akin_catalogue_compact(path("shop"), 1, 1, NULL, NULL));
  OK(akin_search(catalogue, &exact, vectors, 1, wide, &answers));
  for (int place = 0; place < k; place++) CHECK(ids[place] != 3);
  REFUSED(AKIN_USAGE, "segments", akin_catalogue_compact(path("shop"), 0, 1, NULL, NULL));
  OK(akin_close(catalogue));
  OK(akin_close(embeddings));
}

static void commands(void) {
  const char *info[] = {"info", path("t.idx"), "--json"};
  char *output = NULL, *messages = NULL;
  OK(akin_run(info, 3, NULL, &output, &messages));
  CHECK(strstr(output, "\"items\":600"));
  akin_free(output);
  akin_free(messages);
  const char *wrong[] = {"infos"};
  REFUSED(AKIN_USAGE, "unknown command 'infos'", akin_run(wrong, 1, NULL, NULL, NULL));
  CHECK(strlen(akin_last_help()) > 0);
  const char *missing[] = {"info", "nowhere.idx"};
  REFUSED(AKIN_IO, "nowhere.idx", akin_run(missing, 2, NULL, NULL, NULL));
}

// ---- Arguments that no program should give

static void *alone(void *unused) {
  (void)unused;
  CHECK(strcmp(akin_last_error(), "") == 0);
  REFUSED(AKIN_USAGE, "closed", akin_close(12345));
  return NULL;
}

static void refuses(void) {
  akin_handle embeddings = made(AKIN_INNER_PRODUCT), index = 0, other = 0;
  OK(akin_index_build(embeddings, NULL, NULL, NULL, &index));
  akin_request request = usual();
  akin_answers answers = into(rows, scores);
  REFUSED(AKIN_USAGE, "handle of an index, found that of embeddings", akin_search(embeddings, &request, vectors, 1, wide, &answers));
  REFUSED(AKIN_USAGE, "'queries' must not be null", akin_search(index, &request, NULL, 1, wide, &answers));
  REFUSED(AKIN_USAGE, "'akin_answers' must not be null", akin_search(index, &request, vectors, 1, wide, NULL));
  REFUSED(AKIN_USAGE, "'count' must be", akin_search(index, &request, vectors, -1, wide, &answers));
  REFUSED(AKIN_USAGE, "'count' must be", akin_search(index, &request, vectors, INT64_MAX, wide, &answers));
  REFUSED(AKIN_USAGE, "room for", akin_search(index, &request, vectors, items, wide, &answers));
  REFUSED(AKIN_BAD_INPUT, "dimensions", akin_search(index, &request, vectors, 1, wide - 1, &answers));
  REFUSED(AKIN_BAD_INPUT, "dimensions", akin_search(index, &request, vectors, 1, INT64_MIN, &answers));
  int64_t counts_of_k[] = {0, -1, INT64_MIN};
  for (int place = 0; place < 3; place++) {
    request.k = counts_of_k[place];
    REFUSED(AKIN_USAGE, "k must be at least 1", akin_search(index, &request, vectors, 1, wide, &answers));
  }
  request.k = INT64_MAX;
  REFUSED(AKIN_USAGE, "room for", akin_search(index, &request, vectors, 1, wide, &answers));
  REFUSED(AKIN_USAGE, "room for", akin_search(index, &request, vectors, 3, wide, &answers));
  request = usual();
  request.effort = 17;
  REFUSED(AKIN_USAGE, "'effort' has no choice 17", akin_search(index, &request, vectors, 1, wide, &answers));
  request.effort = AKIN_EF;
  request.ef = 0;
  REFUSED(AKIN_USAGE, "ef must be at least 1", akin_search(index, &request, vectors, 1, wide, &answers));
  request.ef = INT64_MAX;
  OK(akin_search(index, &request, vectors, 1, wide, &answers));
  OK(akin_search(index, &request, vectors, users, wide, &answers));
  request.effort = AKIN_RECALL;
  double bad[] = {0, -1, 1.5, NAN, INFINITY};
  for (int place = 0; place < 5; place++) {
    request.recall = bad[place];
    REFUSED(AKIN_USAGE, "a recall must be", akin_search(index, &request, vectors, 1, wide, &answers));
    REFUSED(AKIN_USAGE, "a recall must be", akin_search(index, &request, vectors, 3, wide, &answers));
  }
  request = usual();
  request.diversity = NAN;
  REFUSED(AKIN_USAGE, "a diversity must be", akin_search(index, &request, vectors, 1, wide, &answers));
  request = usual();
  request.struct_size = 8;
  REFUSED(AKIN_USAGE, "the size of akin_request", akin_search(index, &request, vectors, 1, wide, &answers));
  request = usual();
  request.threads = -3;
  REFUSED(AKIN_USAGE, "'threads' must be", akin_search(index, &request, vectors, 3, wide, &answers));
  request = usual();
  request.where = "year >= 1990";
  REFUSED(AKIN_BAD_INPUT, "year", akin_search(index, &request, vectors, 1, wide, &answers));
  request.where = "year >=";
  REFUSED(AKIN_USAGE, "filter", akin_search(index, &request, vectors, 1, wide, &answers));
  request.where = "\xFF\xFE";
  REFUSED(AKIN_USAGE, "'where' must be UTF-8", akin_search(index, &request, vectors, 1, wide, &answers));
  request = usual();
  request.filter = index;
  REFUSED(AKIN_USAGE, "handle of a filter", akin_search(index, &request, vectors, 1, wide, &answers));
  request = usual();
  int64_t descending[] = {0, 5, 2};
  uint32_t far[] = {1, 2, items, 4, 5};
  request.seen_offsets = descending;
  request.seen_rows = far;
  REFUSED(AKIN_USAGE, "'seen_offsets' must ascend", akin_search(index, &request, vectors, 2, wide, &answers));
  descending[2] = 5;
  REFUSED(AKIN_USAGE, "'seen_rows' has 600", akin_search(index, &request, vectors, 2, wide, &answers));
  float broken[wide] = {0};
  broken[3] = NAN;
  request = usual();
  REFUSED(AKIN_BAD_INPUT, "NaN", akin_search(index, &request, broken, 1, wide, &answers));
  OK(akin_search(index, &request, NULL, 0, wide, &answers));
  OK(akin_search(index, NULL, vectors, 1, wide, &(akin_answers){.struct_size = sizeof(akin_answers), .capacity = 10}));

  int64_t outside[] = {0, items, -1};
  for (int place = 1; place < 3; place++) {
    REFUSED(AKIN_USAGE, "'items' has", akin_related(index, &request, outside + place, 1, &answers));
    REFUSED(AKIN_USAGE, "'items' has", akin_related(index, &request, outside, place + 1, &answers));
  }
  REFUSED(AKIN_USAGE, "handle of a recommender", akin_recommend(index, &request, outside, 1, &answers));
  REFUSED(AKIN_BAD_INPUT, "components", akin_embeddings_make(vectors, 1, 0, 0, NULL, NULL, &other));
  REFUSED(AKIN_BAD_INPUT, "components", akin_embeddings_make(vectors, 1, 1 << 20, 0, NULL, NULL, &other));
  REFUSED(AKIN_IO, "no memory", akin_embeddings_make(vectors, (INT64_C(1) << 32) - 2, 65536, 0, NULL, NULL, &other));
  REFUSED(AKIN_USAGE, "'metric' has no choice", akin_embeddings_make(vectors, 1, wide, 9, NULL, NULL, &other));
  REFUSED(AKIN_USAGE, "'metric' has no choice", akin_embeddings_make(vectors, 1, wide, -1, NULL, NULL, &other));
  akin_texts short_ids = {.struct_size = sizeof short_ids, .kind = AKIN_ROW_NUMBERS, .count = 3};
  REFUSED(AKIN_USAGE, "'ids' must have 5 entries", akin_embeddings_make(vectors, 5, wide, 0, &short_ids, NULL, &other));
  const uint64_t twice[] = {1, 1, 2};
  akin_texts equal = {.struct_size = sizeof equal, .kind = AKIN_NUMBERS, .count = 3, .numbers = twice};
  CHECK(akin_embeddings_make(vectors, 3, wide, 0, &equal, NULL, &other) == AKIN_BAD_INPUT);
  vectors[5] = INFINITY;
  CHECK(akin_embeddings_make(vectors, 3, wide, 0, NULL, NULL, &other) == AKIN_BAD_INPUT);
  vectors[5] = 1;
  CHECK(other == 0);

  // Null for everything, and for each pointer in turn where one is needed.
  CHECK(akin_embeddings_open(NULL, &other) == AKIN_USAGE && akin_embeddings_open("x", NULL) == AKIN_USAGE);
  CHECK(akin_index_open(NULL, &other) == AKIN_USAGE && akin_index_open("x", NULL) == AKIN_USAGE);
  CHECK(akin_embeddings_make(NULL, 3, wide, 0, NULL, NULL, &other) == AKIN_USAGE);
  CHECK(akin_embeddings_save(embeddings, NULL, 0) == AKIN_USAGE && akin_index_save(index, NULL, 0) == AKIN_USAGE);
  CHECK(akin_index_build(embeddings, NULL, NULL, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_index_embeddings(index, NULL) == AKIN_USAGE);
  REFUSED(AKIN_BAD_INPUT, "holds no embeddings", akin_index_embeddings(index, &other));
  CHECK(akin_vectors(embeddings, 0, NULL, NULL, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_biases(embeddings, 0, NULL, items) == AKIN_USAGE && akin_biases(embeddings, 2, scores, items) == AKIN_USAGE);
  REFUSED(AKIN_USAGE, "'biases' must have 600", akin_biases(embeddings, 0, scores, 3));
  CHECK(akin_describe(embeddings, NULL) == AKIN_USAGE && akin_ids(embeddings, 0, NULL) == AKIN_USAGE);
  CHECK(akin_titles(embeddings, NULL) == AKIN_USAGE && akin_rows(embeddings, 0, NULL, rows) == AKIN_USAGE);
  CHECK(akin_rows(embeddings, 0, &equal, NULL) == AKIN_USAGE);
  CHECK(akin_train(NULL, NULL, NULL, &other) == AKIN_USAGE && akin_train(NULL, NULL, NULL, NULL) == AKIN_USAGE);
  akin_interactions nothing = {.struct_size = sizeof nothing, .count = 4};
  CHECK(akin_train(&nothing, NULL, NULL, &other) == AKIN_USAGE);
  CHECK(akin_filter_where(index, NULL, &other) == AKIN_USAGE && akin_filter_rows(index, NULL, items, &other) == AKIN_USAGE);
  CHECK(akin_filter_where(index, "a = 1", NULL) == AKIN_USAGE && akin_filter_count(0, NULL) == AKIN_USAGE);
  CHECK(akin_recommender(index, 0, NULL) == AKIN_USAGE && akin_cancellation(NULL) == AKIN_USAGE && akin_cancel(0) == AKIN_USAGE);
  CHECK(akin_run(NULL, 2, NULL, NULL, NULL) == AKIN_USAGE);
  const char *const hole[] = {"info", NULL};
  CHECK(akin_run(hole, 2, NULL, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_catalogue_create(NULL, embeddings, NULL, 0, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_catalogue_add(NULL, embeddings, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_catalogue_delete(path("none"), NULL, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_catalogue_compact(path("none"), 1, 0, NULL, NULL) != AKIN_OK);
  akin_free(NULL);
  akin_texts_free(NULL);

  // Handles that never were, and one that was: of it no later handle is taken.
  uint64_t strange[] = {0, 1, UINT64_MAX, index + 1, index ^ (UINT64_C(1) << 32), embeddings << 32};
  for (int place = 0; place < 6; place++) {
    CHECK(akin_search(strange[place], &request, vectors, 1, wide, &answers) == AKIN_USAGE);
    CHECK(akin_describe(strange[place], &(akin_facts){.struct_size = sizeof(akin_facts)}) == AKIN_USAGE);
  }
  OK(akin_close(index));
  REFUSED(AKIN_USAGE, "closed", akin_close(index));
  akin_handle later = made(AKIN_COSINE);
  CHECK(later != index);
  REFUSED(AKIN_USAGE, "closed", akin_search(index, &request, vectors, 1, wide, &answers));
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, alone, NULL) == 0 && pthread_join(thread, NULL) == 0);
  OK(akin_close(later));
  OK(akin_close(embeddings));
}

// ---- Several threads, and a handle that is closed under them

static akin_handle shared;
static void *ask(void *result) {
  akin_request request = usual();
  int64_t own[k];
  akin_answers answers = {.struct_size = sizeof answers, .capacity = k, .rows = own};
  int32_t status = AKIN_OK;
  int calls = 0;
  while (status == AKIN_OK && calls++ < 100000) status = akin_search(shared, &request, vectors + calls % items * wide, 1, wide, &answers);
  *(int32_t *)result = status;
  return NULL;
}

static void races(void) {
  akin_handle embeddings = made(AKIN_COSINE);
  OK(akin_index_build(embeddings, NULL, NULL, NULL, &shared));
  OK(akin_close(embeddings));
  pthread_t threads[4];
  int32_t results[4];
  for (int place = 0; place < 4; place++) CHECK(pthread_create(threads + place, NULL, ask, results + place) == 0);
  akin_request request = usual();
  akin_answers answers = into(rows, scores);
  for (int turn = 0; turn < 20; turn++) OK(akin_search(shared, &request, vectors, users, wide, &answers));
  OK(akin_close(shared));
  for (int place = 0; place < 4; place++) {
    CHECK(pthread_join(threads[place], NULL) == 0);
    CHECK(results[place] == AKIN_USAGE);
  }
}

int main(int count, char **words) {
  CHECK(count == 2);
  directory = words[1];
  CHECK(akin_abi() == AKIN_ABI && strlen(akin_version()) > 0);
  for (int place = 0; place < items * wide; place++) vectors[place] = (float)(uniform() - 0.5);
  searches();
  trains();
  catalogues();
  commands();
  refuses();
  races();
  printf("libakin %s: all checks hold\n", akin_version());
  return 0;
}
