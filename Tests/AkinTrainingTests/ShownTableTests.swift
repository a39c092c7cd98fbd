import AkinTestSupport
import Testing

@testable import AkinTraining

@Suite("Tables, maps and messages that other programs show or leave")
struct ShownTableTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test(
    "Tables below rules, of R, MediaWiki and BBCode, and maps of EDN are known, with the line that makes rows of them")
  func tables() throws {
    try scratch.expectKnown([
      ("user  item\n----  ----\nu1    i1\nu2    i1\n", .columns, "read_fwf('table.txt', dtype=str)"),
      ("====  ====\nuser  item\n====  ====\nu1    i1\n====  ====\n", .columns, "grep -vE '^[-= ]*$"),
      ("+-----+-----+\n| u1  | i1  |\n+-----+-----+\n| u2  | i1  |\n+-----+-----+\n", .drawing, "between bars: sed -E"),
      (
        "shape: (1, 2)\n┌──────┬──────┐\n│ user ┆ item │\n│ ---  ┆ ---  │\n│ str  ┆ str  │\n╞══════╪══════╡\n│ u1   ┆ i1   │\n└──────┴──────┘\n",
        .drawing, "/^│ ---/,/^╞/d"
      ),
      ("# A tibble: 2 × 2\n  user  item\n  <chr> <chr>\n1 u1    i1\n2 u2    i1\n", .tibble, "sed '1s/^ */row /'"),
      ("{| class=\"wikitable\"\n! user !! item\n|-\n| u1 || i1\n|}\n", .wikiTable, "/^[|][-}+]/"),
      ("[table]\n[tr][td]u1[/td][td]i1[/td][/tr]\n[/table]\n", .bbCode, "tr -d '\\n'"),
      ("{:user \"u1\" :item \"i1\"}\n{:user \"u2\" :item \"i1\"}\n", .edn, "grep -oE '[{][^{}]*[}]'"),
      ("[{:user 1, :item 10}\n {:user 2, :item 10}]\n", .edn, "grep -oE"),
    ])
    for text in [
      "user  item\nu1    --\nu2    i1\nu3    i1\n", "{|,1\n{|,2\n", "[table],1\n[b],2\n", "{:a},1\n{:b},2\n",
    ] {
      if case .notText(let found, _)? = scratch.refusal(text)?.problem { Issue.record("\(text) is taken for \(found)") }
    }
  }

  @Test("JSON behind a key, relations of Weka, maps of YAML on a line and lines of syslog are known")
  func records() throws {
    try scratch.expectKnown([
      ("u1:{\"item\":\"10\"}\nu2:{\"item\":\"10\"}\n", .keyedJSON, "'key': x[:x.index('{')]"),
      ("u1\t{\"item\": 10, \"v\": 5}\nu2\t{\"item\": 10, \"v\": 4}\n", .keyedJSON, "json.loads(x[x.index('{'):])"),
      ("@relation r\n@attribute user numeric\n@data\n1,10\n", .arff, "grep -vE '^[%@]'"),
      ("@RELATION r\n@ATTRIBUTE user NUMERIC\n@DATA\n1,10\n", .arff, "grep -vE '^[%@]'"),
      ("- {user: 1, item: 10}\n- {user: 2, item: 10}\n", .yaml, "yaml.safe_load"),
      (
        "<34>1 2023-10-11T22:14:15Z host app - - user=1 item=10\n<34>1 2023-10-11T22:14:16Z host app - - user=2 item=10\n",
        .programLog, "user=([^ ]+)"
      ),
    ])
    try scratch.expectKnown([
      ("<r u=\"1\" i=\"10\"/>\n<r u=\"2\" i=\"10\"/>\n", .elements, "s/<[^>]*>//g"),
      ("<tr><td>1</td><td>10</td></tr>\n<tr><td>2</td><td>10</td></tr>\n", .elements, "s/<[^>]*>//g"),
    ])
    for text in ["@ann,10\n@bob,10\n", "u1\t{a}\nu2\t{b}\n", "<b>,10,x,y\n<c>,10,x,y\n"] {
      if case .notText(let found, _)? = scratch.refusal(text)?.problem { Issue.record("\(text) is taken for \(found)") }
    }
  }

  @Test("Messages of PGP, netCDF and IDX, and pointers of DVC and git-annex, are known by their first bytes")
  func beginnings() throws {
    for (bytes, content, help) in [
      (Array("-----BEGIN PGP MESSAGE-----\n\nhQEM\n".utf8), ForeignContent.armour, "gpg -d"),
      (Array("CDF\u{1}".utf8) + [0, 0, 0, 1], .netCDF, "netcdf_file"),
      ([0, 0, 8, 1, 0, 0, 0, 1, 7], .idx, "no interactions"),
      (Array("outs:\n- md5: a304afb9\n  path: r.csv\n".utf8), .otherPointer, "dvc pull"),
      (Array("/annex/objects/SHA256E-s1--a.csv\n".utf8), .otherPointer, "git annex get"),
    ] {
      do {
        _ = try Interactions.read(path: scratch.file(bytes))
        Issue.record("\(content)")
      } catch let error as InteractionError {
        #expect(error.problem == .notText(found: content) && error.help?.contains(help) == true, "\(error)")
      }
    }
  }
}
