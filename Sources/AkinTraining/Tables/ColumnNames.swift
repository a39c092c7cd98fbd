import AkinVectors

/// The names that columns usually have, folded, in the order of preference.
enum ColumnNames {
  static let user = [
    "userid", "user", "username", "userkey", "userguid", "usersha1", "reviewerid", "reviewer", "customerid",
    "customer", "custid", "visitorid", "visitor", "memberid", "member", "accountid", "account", "clientid", "client",
    "buyerid", "buyer", "shopperid", "subscriberid", "playerid", "player", "profileid", "profile", "listenerid",
    "viewerid", "readerid", "personid", "person", "householdkey", "householdid",
    "household", "loyaltyid", "cardid", "studentid", "learnerid", "authorsteamid", "steamid", "profilename",
    "reviewprofilename", "raterid", "msno", "usermd5",
    "deviceid", "cookieid", "uid", "sessionid", "session", "playlistid",
    "basketid",
    "orderid", "invoiceno",
  ]
  static let item = [
    "itemid", "iid", "movieid", "filmid", "productid", "parentasin", "asin", "articleid", "businessid", "gmapid",
    "isbn", "isbn13", "bookid", "trackid", "songid", "artistid", "albumid", "gameid", "appid", "animeid", "mangaid",
    "recipeid", "locationid", "venueid", "poiid", "placeid", "newsid", "postid", "videoid", "showid", "jobid",
    "courseid", "hotelid", "listingid", "restaurantid", "adid", "skuid", "sku", "stockcode", "goodsid", "contentid",
    "itemkey", "jokeid", "storyid", "photoid", "beerid", "beerbeerid", "wineid", "episodeid",
    "podcastid", "channelid", "dishid", "repoid", "couponid", "bookmarkid", "pageid", "documentid", "docid",
    "pinid", "workid", "bggid", "aid",
    "item", "movie", "film", "product", "article", "business", "book", "track", "song", "artist", "album", "game",
    "app", "anime", "recipe", "venue", "poi", "video", "course", "joke", "beer", "wine", "work",
  ]
  static let value = [
    "rating", "ratings", "value", "values", "stars", "star", "overall", "score", "bookrating", "userrating",
    "userscore", "ratingvalue", "starrating", "overallrating", "reviewrating", "reviewscore", "reviewoverall", "weight",
    "strength", "preference",
    "count", "counts",
    "plays", "playcount", "playcounts", "listens", "listencount", "clicks", "clickcount", "views", "viewcount",
    "purchases", "quantity", "qty", "frequency", "watchratio", "hours", "hoursplayed", "playtime", "playtimeforever",
  ]
  static let time = [
    "timestamp", "ratingtimestamp", "timestampms", "timems", "unixtimestamp", "unixtime", "unixreviewtime", "datetime",
    "time",
    "date", "ts", "tdat", "eventtime",
    "eventtimestamp", "reviewtime", "reviewtimestamp", "reviewdate", "createdat", "ratedat", "ratingdate", "ratingtime",
    "clicktime", "viewtime",
    "eventdate", "transactiondate", "transactiondt", "createdate", "createtime", "addedat", "clickedat", "playedat",
    "watchedat", "listenedat", "checkintime", "purchasedate", "orderdate", "invoicedate", "utctime",
  ]
  /// Names before the numbers of columns of items: `top1`, `top2`.
  static let numbered: Set = [
    "item", "top", "rec", "recommendation", "recommended", "rank", "pick", "choice", "pred", "prediction", "id",
  ]
  /// The ids of a catalogue: those of items, and the shortest.
  static let catalogue = item.filter { !editions.contains($0) } + ["id", "key", "tconst"] + editions
  /// Names of codes that a catalogue may have beside its ids.
  private static let editions = ["isbn", "isbn13"]
  /// The ids of features of users or items.
  static let features = item + user + ["id", "key"]
  static let title = [
    "title", "name", "label", "itemtitle", "itemname", "movietitle", "moviename", "booktitle", "producttitle",
    "productname", "prodname", "trackname", "tracktitle", "songname", "songtitle", "artistname", "albumname",
    "gametitle", "gamename", "appname", "animetitle", "recipename", "venuename", "businessname", "primarytitle",
    "originaltitle",
  ]
  static let categories = [
    "categories", "category", "genres", "genre", "tags", "maincategory", "categoryname", "productgroupname",
    "producttypename",
  ]

  /// A name for comparing: without the type of RecBole's `name:type`, without case, spaces, quotes, `_`, `-` and `.`, and
  /// without the `#` or `%` of a header that is written as a comment, the `?` of SPARQL and the `@` of Elasticsearch.
  static func fold(_ name: String) -> String {
    var name = name[...]
    if let colon = name.lastIndex(of: ":"), recBoleTypes.contains(String(name[name.index(after: colon)...])) {
      name = name[..<colon]
    }
    let kept = name.lowercased().unicodeScalars.filter { scalar in
      !scalar.properties.isWhitespace && !["_", "-", ".", "\"", "\u{FEFF}"].contains(scalar)
    }
    return String(String.UnicodeScalarView(kept.drop { "#%?@".unicodeScalars.contains($0) }))
  }

  /// Whether a text is a known name of a column of any role.
  static func isKnown(_ text: String) -> Bool { known.contains(fold(text)) }

  /// Whether a text is a known name of a column of users or items.
  static func isID(_ text: String) -> Bool { ids.contains(fold(text)) }

  /// Whether a name says that its column marks interactions: `click`, `is_liked`.
  static func isMark(_ text: String) -> Bool {
    let name = fold(text)
    return marks.contains(name)
      || ["is", "has", "was"].contains { name.hasPrefix($0) && marks.contains(String(name.dropFirst($0.count))) }
  }

  private static let marks: Set<String> = [
    "click", "clicked", "like", "liked", "buy", "bought", "purchase", "purchased", "order", "ordered", "watched",
    "viewed", "played", "read", "follow", "followed", "share", "shared", "favorite", "favourite", "installed",
    "recommended", "converted", "conversion", "interaction", "interacted", "label", "target", "valid", "validread",
    "longview", "finish", "finished", "booked", "booking",
  ]

  /// Whether a name of items may be that of the lines of an order, which count 1, 2, …: `item`, and no `track_id`.
  static func mayCount(_ text: String) -> Bool { ["item", "itemid", "iid"].contains(fold(text)) }

  private static let ids = Set(user + item + ["id", "key"])
  private static let known = Set(user + item + value + time + title + categories + ["id", "key"])

  /// A name for people: without the type of RecBole's `name:type` and spaces around it.
  static func shown(_ name: String) -> String {
    guard let colon = name.lastIndex(of: ":"), recBoleTypes.contains(String(name[name.index(after: colon)...])) else {
      return name.trimmed
    }
    return String(name[..<colon]).trimmed
  }

  private static let recBoleTypes: Set<String> = ["token", "token_seq", "float", "float_seq"]
}
