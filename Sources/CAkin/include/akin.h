// Akin in C: train embeddings, build and search indexes, recommend, and change catalogues.
//
// Handles are numbers, 0 is none. A handle that is closed, or of another kind, is an error, never a crash; so are null pointers,
// sizes that contradict each other, and numbers outside of a table. What the library cannot see is whether an array is as long as
// its count says, and whether a mapped file is cut short while it is read: that ends the process with SIGBUS.
//
// Every function with an int32_t result returns an akin_status. After one that is not AKIN_OK, akin_last_error() has a sentence and
// akin_last_help() what to do about it; both belong to the calling thread, until its next call.
//
// Any number of threads may use one handle. A handle may be closed while others use it: their calls end as if it were open.
// The library keeps no thread in the background, so a process may fork between calls.
//
// Structures begin with their size, set by the caller to sizeof: later versions add fields behind. All other fields may be 0.
#ifndef AKIN_H
#define AKIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t akin_handle;

// What a call came to; the exit codes of the akin command.
enum akin_status {
  AKIN_OK = 0,
  AKIN_NO = 1,         // akin_run alone: done, and the answer is no
  AKIN_USAGE = 2,      // the call has no meaning
  AKIN_BAD_INPUT = 3,  // a file or a vector breaks a rule
  AKIN_IO = 4,         // the system refused
  AKIN_CANCELLED = 130
};

// The version of the library, and of this header: a library of another AKIN_ABI does not fit a program.
#define AKIN_ABI 1
const char *akin_version(void);
uint32_t akin_abi(void);

// The sentence of the last error of this thread, and its remedy; empty texts when there is none.
const char *akin_last_error(void);
const char *akin_last_help(void);

// Frees a text that a call returned; null is allowed.
void akin_free(void *memory);

// Closes a handle of any kind; vectors that akin_vectors lent are gone then.
int32_t akin_close(akin_handle handle);

// ---- Long work

// Hears of progress and notices, from any thread, never from two at once; a result other than 0 cancels the work. `total` is -1
// when it is not known; `note` may be null; a notice has the stage "note" or "warning" and no counts.
typedef int32_t (*akin_progress)(void *context, const char *stage, int64_t completed, int64_t total, const char *unit,
                                 const char *note);

typedef struct akin_work {
  uint32_t struct_size;
  int32_t threads;           // 0: one for each processor
  akin_progress progress;    // or null
  void *context;             // for progress
  akin_handle cancellation;  // of akin_cancellation, or 0
} akin_work;

// A switch that any thread may use to cancel work: calls that were given it return AKIN_CANCELLED.
int32_t akin_cancellation(akin_handle *cancellation);
int32_t akin_cancel(akin_handle cancellation);

// ---- The command

// Runs a command line of `akin` (without the program's name) in this process: "info", "F.idx", "--json". Every command but those
// that read standard input. `output` and `messages` get what it prints, to be freed; either may be null.
int32_t akin_run(const char *const *words, int64_t count, const akin_work *work, char **output, char **messages);

// ---- Ids

enum akin_id_kind { AKIN_ROW_NUMBERS = 0, AKIN_NUMBERS = 1, AKIN_TEXTS = 2 };
enum akin_side { AKIN_ITEMS = 0, AKIN_USERS = 1 };

// Ids or titles of rows: row numbers, `numbers`, or UTF-8 texts side by side, the one of row r at offsets[r]..<offsets[r + 1].
// Behind those that a call returns is a zero.
typedef struct akin_texts {
  uint32_t struct_size;
  int32_t kind;
  int64_t count;
  const uint64_t *numbers;
  const char *text;
  const uint64_t *offsets;
} akin_texts;

// The ids of the items or users of embeddings or an index, a deleted item's as it was; the titles of its items (AKIN_TEXTS; empty
// for none). To be freed by akin_texts_free, which leaves the structure empty.
int32_t akin_ids(akin_handle handle, int32_t side, akin_texts *ids);
int32_t akin_titles(akin_handle handle, akin_texts *titles);
void akin_texts_free(akin_texts *texts);

// The names of the items' attributes (AKIN_TEXTS), to be freed by akin_texts_free. The handle is of embeddings, an index or a
// recommender.
int32_t akin_attribute_names(akin_handle handle, akin_texts *names);

enum akin_attribute_kind {
  AKIN_NUMBER_VALUES = 1,  // a number for each item
  AKIN_WORD_VALUES = 2,    // at most one word for each item
  AKIN_LIST_VALUES = 3,    // some words for each item
  AKIN_FLAG_VALUES = 4,    // 0 or 1 for each item
  AKIN_TIME_VALUES = 5     // seconds since 1970-01-01 00:00 UTC for each item
};

// An attribute of all items. Numbers, flags and times are in `numbers`, NaN for an item without a value. The words of row r are
// those of `words` at places[offsets[r]..<offsets[r + 1]]. What a kind does not have is null.
typedef struct akin_attribute {
  uint32_t struct_size;
  int32_t kind;  // akin_attribute_kind
  int64_t items;
  const double *numbers;
  const uint64_t *offsets;
  const uint32_t *places;
  akin_texts words;
} akin_attribute;

// An attribute by its name; to be freed by akin_attribute_free, which leaves the structure empty.
int32_t akin_attribute_values(akin_handle handle, const char *name, akin_attribute *values);
void akin_attribute_free(akin_attribute *values);

// The row of each id, or -1.
int32_t akin_rows(akin_handle handle, int32_t side, const akin_texts *ids, int64_t *rows);

// ---- Embeddings

enum akin_metric { AKIN_INNER_PRODUCT = 0, AKIN_COSINE = 1, AKIN_EUCLIDEAN = 2 };
enum akin_kind { AKIN_EMBEDDINGS = 1, AKIN_INDEX = 2, AKIN_CATALOGUE = 3, AKIN_RECOMMENDER = 4, AKIN_FILTER = 5 };

typedef struct akin_facts {
  uint32_t struct_size;
  int32_t kind;
  int64_t items;  // rows of items, those included that a catalogue has deleted
  int64_t live;   // items that can be answered
  int64_t users;
  int64_t dimension;
  int32_t metric;
  int32_t item_ids;  // akin_id_kind
  int32_t user_ids;
  int32_t has_titles;
  int32_t has_biases;
  int32_t has_history;
  float global_mean;
  uint64_t generation;  // of a catalogue
} akin_facts;

int32_t akin_describe(akin_handle handle, akin_facts *facts);

int32_t akin_embeddings_open(const char *path, akin_handle *embeddings);

// Embeddings of vectors in memory, `count` rows of `dimension` floats; ids and titles may be null.
int32_t akin_embeddings_make(const float *vectors, int64_t count, int64_t dimension, int32_t metric, const akin_texts *ids,
                             const akin_texts *titles, akin_handle *embeddings);
int32_t akin_embeddings_save(akin_handle embeddings, const char *path, int32_t replaces);

// The vectors of items or users in place: rows of `dimension` floats, `stride` floats apart. They stay until the handle is closed.
int32_t akin_vectors(akin_handle embeddings, int32_t side, const float **vectors, int64_t *count, int64_t *dimension,
                     int64_t *stride);
// The biases of items or users, a float a row; zeros where the model has none.
int32_t akin_biases(akin_handle embeddings, int32_t side, float *biases, int64_t count);

// Interactions in memory: place i is user user_rows[i] of `users`, item item_rows[i] of `items`, and value values[i].
typedef struct akin_interactions {
  uint32_t struct_size;
  int64_t count;
  const uint32_t *user_rows;
  const uint32_t *item_rows;
  const float *values;  // null: 1 for all
  const akin_texts *users;
  const akin_texts *items;
  const double *times;  // null: none; Unix times in seconds or finer units, or other numbers, which are seconds
} akin_interactions;

// Trains embeddings. `options` is a JSON object of the options of `akin train`, underscores for dashes; null for none.
int32_t akin_train(const akin_interactions *interactions, const char *options, const akin_work *work, akin_handle *embeddings);

// ---- Indexes

// Opens an index file, or a catalogue where the path is a directory.
int32_t akin_index_open(const char *path, akin_handle *index);

// Builds an index over embeddings, as a file, or in memory where `path` is null. `options` as JSON: those of `akin index`.
int32_t akin_index_build(akin_handle embeddings, const char *path, const char *options, const akin_work *work,
                         akin_handle *index);
int32_t akin_index_save(akin_handle index, const char *path, int32_t replaces);

// The embeddings that an index file holds (akin index --with-users).
int32_t akin_index_embeddings(akin_handle index, akin_handle *embeddings);

// A filter: a condition on attributes (akin help recommend, --where), or the rows whose bit is set (row r: bit r % 64 of word
// r / 64). An index prepares a filter once for all searches of the same handle. The handle is of an index or a recommender.
int32_t akin_filter_where(akin_handle handle, const char *condition, akin_handle *filter);
int32_t akin_filter_rows(akin_handle handle, const uint64_t *bits, int64_t rows, akin_handle *filter);
int32_t akin_filter_count(akin_handle filter, int64_t *allowed);

// At most so many items of a category in a list (akin help recommend, --per-category). Made once, it serves all requests to the
// same items. The handle is of an index or a recommender.
int32_t akin_category_limit(akin_handle handle, int64_t items_per_category, akin_handle *limit);

enum akin_effort { AKIN_DEFAULT = 0, AKIN_EF = 1, AKIN_RECALL = 2, AKIN_EXACT = 3 };

typedef struct akin_request {
  uint32_t struct_size;
  int32_t effort;         // akin_effort
  int64_t k;              // items for each query, at least 1
  int64_t ef;             // for AKIN_EF
  double recall;          // for AKIN_RECALL: above 0, at most 1
  double diversity;       // 0 to 1
  akin_handle filter;     // or 0
  const char *where;      // a condition besides, or null; a filter is faster where it is used again
  const uint64_t *allow;  // bits of the rows that are allowed besides, or null
  int64_t allow_rows;     // their number, which is that of the items
  // Rows that query q must not get: seen_rows[seen_offsets[q]..<seen_offsets[q + 1]]; or null.
  const int64_t *seen_offsets;
  const uint32_t *seen_rows;
  float minimum_score;
  int32_t has_minimum_score;
  int32_t includes_seen;  // recommend: whether items of the history may be in the answer
  int32_t threads;        // 0: one for each processor; one query uses one
  akin_handle cancellation;
  akin_handle category_limit;  // or 0
  int32_t refuses_fallback;    // AKIN_RECALL: a recall that the graph cannot promise is AKIN_BAD_INPUT, not an exact scan
} akin_request;

// Where the answers go: query q's i-th item at place q * k + i, the best first. `capacity` is the length of the arrays, at least
// queries * k. Any array may be null. Places without an item have row -1, id UINT64_MAX and score -infinity. `ids` needs ids that
// are numbers.
typedef struct akin_answers {
  uint32_t struct_size;
  int64_t capacity;
  int64_t *rows;
  uint64_t *ids;
  float *scores;
  int64_t *counts;  // the number of items of each query
} akin_answers;

// The best items for each query of `dimension` floats.
int32_t akin_search(akin_handle index, const akin_request *request, const float *queries, int64_t count, int64_t dimension,
                    const akin_answers *answers);

// The items most similar to each item of a row, of an index or a recommender.
int32_t akin_related(akin_handle handle, const akin_request *request, const int64_t *items, int64_t count,
                     const akin_answers *answers);

// ---- Recommending

// Joins an index with embeddings of its users; 0 takes those that the index file holds.
int32_t akin_recommender(akin_handle index, akin_handle embeddings, akin_handle *recommender);

// The best items for each user of a row of the embeddings.
int32_t akin_recommend(akin_handle recommender, const akin_request *request, const int64_t *users, int64_t count,
                       const akin_answers *answers);

// The best items for users who are not in the embeddings, each by a history: ids of items at
// offsets[q]..<offsets[q + 1] of `items`, and their values (null: 1 for all).
int32_t akin_recommend_histories(akin_handle recommender, const akin_request *request, const akin_texts *items,
                                 const float *values, const int64_t *offsets, int64_t count, const akin_answers *answers);

// The vectors of such users, a row of `dimension` floats each, and their biases (or null).
int32_t akin_fold_in(akin_handle recommender, const akin_texts *items, const float *values, const int64_t *offsets, int64_t count,
                     float *vectors, int64_t dimension, float *biases);

// ---- Catalogues: each change is a new generation; `change` gets its counts as JSON, to be freed, or is null

int32_t akin_catalogue_create(const char *path, akin_handle embeddings, const char *options, int32_t replaces,
                              const akin_work *work, char **change);
int32_t akin_catalogue_add(const char *path, akin_handle embeddings, const akin_work *work, char **change);
int32_t akin_catalogue_delete(const char *path, const akin_texts *ids, const akin_work *work, char **change);
// `segments` at least 1; `keeps` generations stay, 0 for all.
int32_t akin_catalogue_compact(const char *path, int64_t segments, int64_t keeps, const akin_work *work, char **change);

// A generation of a catalogue; akin_index_open opens the newest.
int32_t akin_catalogue_open(const char *path, uint64_t generation, akin_handle *index);

// Writes the items of embeddings as a segment that no generation has yet, into a directory on the file system of a catalogue;
// without a lock, so any number of processes may. `segment` gets its digest, rows, bytes and whether it is linked as JSON, to be
// freed.
int32_t akin_catalogue_segment(const char *directory, akin_handle embeddings, const char *options, const akin_work *work,
                               char **segment);

// Makes the next generation of such segments, by their digests as texts; `options` are those they were built with. `after` is the
// newest generation that the caller knows, 0 for none. `checks` reads every byte and compares all ids.
int32_t akin_catalogue_adopt(const char *path, const char *directory, const akin_texts *digests, const char *options,
                             uint64_t after, int32_t checks, const akin_work *work, char **change);

#ifdef __cplusplus
}
#endif

#endif
