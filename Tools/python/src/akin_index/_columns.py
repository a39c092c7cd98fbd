"""The names that columns of interactions usually have: those of `akin train`, folded, in the order of preference."""

USERS = """
    userid user username userkey userguid usersha1 reviewerid reviewer customerid customer custid visitorid visitor
    memberid member accountid account clientid client buyerid buyer shopperid subscriberid playerid player profileid
    profile listenerid viewerid readerid personid person householdkey householdid household loyaltyid cardid studentid
    learnerid authorsteamid steamid profilename reviewprofilename raterid msno usermd5 deviceid cookieid uid sessionid
    session playlistid basketid orderid invoiceno
""".split()
ITEMS = """
    itemid iid movieid filmid productid parentasin asin articleid businessid gmapid isbn isbn13 bookid trackid songid
    artistid albumid gameid appid animeid mangaid recipeid locationid venueid poiid placeid newsid postid videoid showid
    jobid courseid hotelid listingid restaurantid adid skuid sku stockcode goodsid contentid itemkey jokeid storyid
    photoid beerid beerbeerid wineid episodeid podcastid channelid dishid repoid couponid bookmarkid pageid documentid
    docid pinid workid bggid aid item movie film product article business book track song artist album game app anime
    recipe venue poi video course joke beer wine work
""".split()
VALUES = """
    rating ratings value values stars star overall score bookrating userrating userscore ratingvalue starrating
    overallrating reviewrating reviewscore reviewoverall weight strength preference count counts plays playcount
    playcounts listens listencount clicks clickcount views viewcount purchases quantity qty frequency watchratio hours
    hoursplayed playtime playtimeforever
""".split()
TIMES = """
    timestamp ratingtimestamp timestampms timems unixtimestamp unixtime unixreviewtime datetime time date ts tdat eventtime
    eventtimestamp reviewtime reviewtimestamp reviewdate createdat ratedat ratingdate ratingtime clicktime viewtime
    eventdate transactiondate transactiondt createdate createtime addedat clickedat playedat watchedat listenedat
    checkintime purchasedate orderdate invoicedate utctime
""".split()


def fold(name: object) -> str:
    """A name for comparing: without case, spaces, quotes, `_`, `-` and `.`."""
    return "".join(one for one in str(name).lower() if one not in ' _-."')
