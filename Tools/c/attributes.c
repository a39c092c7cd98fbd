// Attributes of items, and lists with at most so many items of a category.
#include "test.h"

enum { genres = 5 };
static const char *genre_names[genres] = {"Comedy", "Drama", "Horror", "Noir", "Western"};

// Interactions of all users, and a table of items: each has one genre, every third has a second, every seventh has none.
static akin_handle trained(void) {
  FILE *table = fopen(path("items.csv"), "w");
  CHECK(table != NULL);
  fprintf(table, "item,title,genre,year,new,since\n");
  for (int item = 0; item < items; item++) {
    fprintf(table, "%d,The %d,", item, item);
    if (item % 7 != 0) fprintf(table, "%s", genre_names[item % genres]);
    if (item % 7 != 0 && item % 3 == 0) fprintf(table, "|%s", genre_names[(item + 1) % genres]);
    if (item % 11 == 0)
      fprintf(table, ",,%s,", item % 2 ? "true" : "false");
    else
      fprintf(table, ",%d,%s,2001-09-09T01:46:40Z", 1900 + item % 100, item % 2 ? "true" : "false");
    fprintf(table, "\n");
  }
  fclose(table);
  static uint32_t who[users * 20], what[users * 20];
  for (int pair = 0; pair < users * 20; pair++) {
    who[pair] = (uint32_t)(pair / 20);
    what[pair] = (uint32_t)(pair / 20 * 31 + pair % 20 * 7) % items;
  }
  akin_texts known_items = {.struct_size = sizeof known_items, .kind = AKIN_ROW_NUMBERS, .count = items};
  akin_texts known_users = {.struct_size = sizeof known_users, .kind = AKIN_ROW_NUMBERS, .count = users};
  akin_interactions pairs = {.struct_size = sizeof pairs, .count = users * 20, .user_rows = who, .item_rows = what,
                             .users = &known_users, .items = &known_items};
  char options[5000];
  snprintf(options, sizeof options, "{\"dimensions\": 8, \"epochs\": 3, \"seed\": 7, \"items\": \"%s\"}", path("items.csv"));
  akin_handle embeddings = 0;
  OK(akin_train(&pairs, options, NULL, &embeddings));
  return embeddings;
}

// Whether an item has a genre, by the rule of the table.
static int has(int64_t item, int genre) {
  return item % 7 != 0 && (item % genres == genre || (item % 3 == 0 && (item + 1) % genres == genre));
}

static void reads(akin_handle handle) {
  akin_texts names = {.struct_size = sizeof names};
  OK(akin_attribute_names(handle, &names));
  CHECK(names.count == 4 && memcmp(names.text, "genreyearnewsince", 17) == 0);
  akin_texts_free(&names);

  akin_attribute genre = {.struct_size = sizeof genre}, year = genre, isNew = genre, since = genre;
  OK(akin_attribute_values(handle, "Genres", &genre));
  CHECK(genre.kind == AKIN_LIST_VALUES && genre.items == items && genre.words.count == genres && genre.numbers == NULL);
  for (int64_t item = 0; item < items; item++) {
    int wanted = 0;
    for (int one = 0; one < genres; one++) wanted += has(item, one);
    CHECK(genre.offsets[item + 1] - genre.offsets[item] == (uint64_t)wanted);
    for (uint64_t place = genre.offsets[item]; place < genre.offsets[item + 1]; place++)
      CHECK(has(item, (int)genre.places[place]));
  }
  OK(akin_attribute_values(handle, "year", &year));
  OK(akin_attribute_values(handle, "new", &isNew));
  OK(akin_attribute_values(handle, "since", &since));
  CHECK(year.kind == AKIN_NUMBER_VALUES && isNew.kind == AKIN_FLAG_VALUES && since.kind == AKIN_TIME_VALUES);
  for (int64_t item = 0; item < items; item++) {
    CHECK(isNew.numbers[item] == item % 2);
    CHECK(item % 11 == 0 ? isnan(year.numbers[item]) : year.numbers[item] == 1900 + item % 100);
    CHECK(item % 11 == 0 ? isnan(since.numbers[item]) : since.numbers[item] == 1e9);
  }
  akin_attribute_free(&genre);
  CHECK(genre.words.text == NULL && genre.places == NULL && genre.struct_size == sizeof genre);
  akin_attribute_free(&genre);
  akin_attribute_free(&year);
  akin_attribute_free(&isNew);
  akin_attribute_free(&since);
  akin_attribute_free(NULL);
  REFUSED(AKIN_BAD_INPUT, "did you mean 'year'?", akin_attribute_values(handle, "yaer", &year));
  REFUSED(AKIN_USAGE, "'name' must not be null", akin_attribute_values(handle, NULL, &year));
  year.struct_size = 4;
  REFUSED(AKIN_USAGE, "the size of akin_attribute", akin_attribute_values(handle, "year", &year));
}

// The list that a limit takes from a ranking of all items.
static void capped(const int64_t *ranking, int limit, int64_t *list) {
  int taken[genres] = {0}, count = 0;
  for (int place = 0; place < items && count < k; place++) {
    int fits = ranking[place] >= 0;
    for (int one = 0; one < genres; one++) fits = fits && !(has(ranking[place], one) && taken[one] >= limit);
    if (!fits) continue;
    for (int one = 0; one < genres; one++) taken[one] += has(ranking[place], one);
    list[count++] = ranking[place];
  }
  while (count < k) list[count++] = -1;
}

void attributes(void) {
  akin_handle embeddings = trained(), index = 0, recommender = 0, limit = 0;
  OK(akin_index_build(embeddings, NULL, "{\"with_users\": true}", NULL, &index));
  OK(akin_recommender(index, 0, &recommender));
  reads(embeddings);
  reads(index);
  reads(recommender);

  OK(akin_category_limit(index, 1, &limit));
  akin_request exact = usual(), all = usual();
  exact.effort = all.effort = AKIN_EXACT;
  exact.category_limit = limit;
  all.k = items;
  static int64_t ranking[items];
  static float values[items];
  akin_answers whole = {.struct_size = sizeof whole, .capacity = items, .rows = ranking, .scores = values};
  akin_answers first = into(rows, scores), second = into(again, same);
  const float *lent = NULL;
  int64_t count = 0, dimension = 0, stride = 0, wanted[k], everybody[users];
  OK(akin_vectors(embeddings, AKIN_USERS, &lent, &count, &dimension, &stride));
  float queries[users * 8];
  for (int64_t user = 0; user < users; user++) {
    memcpy(queries + 8 * user, lent + stride * user, 8 * sizeof *lent);
    everybody[user] = user;
  }
  OK(akin_search(index, &exact, queries, users, 8, &first));
  for (int64_t user = 0; user < users; user += 9) {
    OK(akin_search(index, &all, queries + 8 * user, 1, 8, &whole));
    capped(ranking, 1, wanted);
    CHECK(memcmp(wanted, rows + user * k, sizeof wanted) == 0);
    OK(akin_search(index, &exact, queries + 8 * user, 1, 8, &second));
    CHECK(memcmp(wanted, again, sizeof wanted) == 0);
    all.includes_seen = exact.includes_seen = user % 2 == 0;
    OK(akin_recommend(recommender, &all, &user, 1, &whole));
    capped(ranking, 1, wanted);
    OK(akin_recommend(recommender, &exact, &user, 1, &second));
    CHECK(memcmp(wanted, again, sizeof wanted) == 0);
    OK(akin_related(index, &all, &user, 1, &whole));
    capped(ranking, 1, wanted);
    OK(akin_related(index, &exact, &user, 1, &second));
    CHECK(memcmp(wanted, again, sizeof wanted) == 0);
  }
  // One and many have the same answers.
  exact.includes_seen = 0;
  OK(akin_recommend(recommender, &exact, everybody, users, &first));
  for (int64_t user = 0; user < users; user += 13) {
    OK(akin_recommend(recommender, &exact, &user, 1, &second));
    CHECK(memcmp(again, rows + user * k, k * sizeof *rows) == 0);
  }
  OK(akin_related(recommender, &exact, everybody, users, &first));
  for (int64_t item = 0; item < users; item += 13) {
    OK(akin_related(recommender, &exact, &item, 1, &second));
    CHECK(memcmp(again, rows + item * k, k * sizeof *rows) == 0);
  }

  akin_handle none = 0;
  REFUSED(AKIN_USAGE, "at least 1", akin_category_limit(index, 0, &none));
  REFUSED(AKIN_USAGE, "an index or a recommender", akin_category_limit(embeddings, 1, &none));
  exact.category_limit = index;
  REFUSED(AKIN_USAGE, "handle of a category limit", akin_search(index, &exact, queries, 1, 8, &second));
  akin_handle plain = made(AKIN_INNER_PRODUCT), other = 0;
  OK(akin_index_build(plain, NULL, NULL, NULL, &other));
  REFUSED(AKIN_BAD_INPUT, "no attribute of categories", akin_category_limit(other, 1, &none));
  OK(akin_close(limit));
  OK(akin_close(other));
  OK(akin_close(plain));
  OK(akin_close(recommender));
  OK(akin_close(index));
  OK(akin_close(embeddings));
}
