import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTraining

@Suite("JSON in place of rows: the data frame that has them")
struct JSONFrameTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func advice(on text: String) -> String? {
    let path = scratch.file(text)
    do {
      _ = try Interactions.read(path: path)
      return nil
    } catch {
      guard let help = (error as? InteractionError)?.help else { return nil }
      return help.split(separator: path).joined(separator: "F")
    }
  }

  private static let lines = "[json.loads(x) for x in open('F')]"
  private static let whole = "json.load(open('F'))"

  @Test(
    "Objects, arrays, and lists in objects, whole or one a line",
    arguments: [
      (
        "{\"user\": 1, \"item\": 2}\n{\"user\": 1, \"item\": 3}\n",
        "pandas.json_normalize(\(lines)).to_csv('rows.csv', index=False)"
      ),
      ("[\n {\"user\": 1, \"item\": 2}\n]\n", "pandas.json_normalize(\(whole)).to_csv('rows.csv', index=False)"),
      (
        "{\"user\": {\"id\": 1}, \"item\": 2}\n{\"user\": {\"id\": 2}, \"item\": 2}\n",
        "pandas.json_normalize(\(lines))"
      ),
      (
        "{\"session\":0,\"events\":[{\"aid\":1,\"ts\":2}]}\n{\"session\":1,\"events\":[]}\n",
        "(\(lines), 'events', ['session'])"
      ),
      ("{\"session\":0,\"events\":[{\"aid\":1,\"ts\":2}]}\n", "pandas.json_normalize(\(whole), 'events', ['session'])"),
      (
        "{\"info\":{\"v\":1},\"playlists\":[{\"name\":\"x\",\"pid\":0,\"tracks\":[{\"uri\":\"t\"}]}]}",
        "(\(whole)['playlists'], 'tracks', ['pid'])"
      ),
      (
        "{\"user_id\":1,\"items\":[10,11]}\n{\"user_id\":2,\"items\":[10]}\n",
        "pandas.DataFrame(\(lines)).explode('items')"
      ),
      (
        "{\"user_id\":1,\"item_id\":5,\"tags\":[\"a\"]}\n{\"user_id\":1,\"item_id\":6,\"tags\":[]}\n",
        "pandas.json_normalize(\(lines))"
      ),
      (
        "[[\"u1\",\"i1\",5],[\"u1\",\"i2\",4]]",
        "pandas.DataFrame(\(whole)).to_csv('rows.csv', index=False, header=False)"
      ),
      (
        "[\"u1\",\"i1\",5]\n[\"u1\",\"i2\",4]\n",
        "pandas.DataFrame(\(lines)).to_csv('rows.csv', index=False, header=False)"
      ),
      (
        "{\"1\": {\"10\": 5}, \"2\": {\"10\": 3}}",
        "T.stack().dropna().reset_index().to_csv('rows.csv', index=False, header=['user', 'item', 'value'])"
      ),
      (
        "{\"u1\": [\"a\"], \"u2\": [\"a\"]}",
        "pandas.Series(\(whole)).explode().reset_index().to_csv('rows.csv', index=False, header=['user', 'item'])"
      ),
      ("{\"user\":{\"0\":1},\"item\":{\"0\":10}}", "pandas.DataFrame(\(whole)).to_csv('rows.csv', index=False)"),
      (
        "{\"took\":3,\"hits\":{\"total\":2,\"hits\":[{\"_source\":{\"user\":1,\"item\":10}}]}}",
        "pandas.json_normalize(\(whole)['hits']['hits'])"
      ),
      (
        "{\"ratings\":{\"u1\":{\"i1\":5,\"i2\":4},\"u2\":{\"i1\":3}}}",
        "pandas.DataFrame(\(whole)['ratings']).T.stack().dropna()"
      ),
      ("{\"u1\":{\"i1\":5,\"i2\":4}}", "pandas.DataFrame(\(whole)).T.stack()"),
      ("{\"user\":[1,2],\"item\":[10,11]}", "pandas.DataFrame(\(whole)).to_csv('rows.csv', index=False)"),
      (
        "{'user_id': 'a', 'items': [{'item_id': '10'}]}\n{'user_id': 'b', 'items': []}\n",
        "([ast.literal_eval(x) for x in open('F')], 'items', ['user_id'])"
      ),
      ("{1: [10, 11], 2: [10]}\n", "pandas.Series(ast.literal_eval(open('F').read())).explode()"),
      // Brackets and quotes inside of texts are text.
      (
        "{\"user\":\"a\\\"]{\",\"item\":\"x,}y\"}\n{\"user\":\"c\",\"item\":\"[\"}\n", "pandas.json_normalize(\(lines))"
      ),
    ])
  func frames(text: String, expected: String) throws {
    let help = try #require(advice(on: text))
    #expect(help.hasPrefix("write it as text: pandas.") && help.contains(expected), "\(help)")
  }

  @Test(
    "What is no rows in a usual form gets the ways of all", arguments: ["{\"a\": 1}", "[\"a\", \"b\"]", "{\"a\": "])
  func others(text: String) {
    #expect(advice(on: text)?.contains("read_json") == true)
  }

  @Test("Any bytes behind a bracket end, in time in proportion to their number", arguments: 0..<4)
  func anyBytes(seed: UInt64) {
    #expect(JSONShape(Array("[{\"a\":1} : 2]".utf8))?.value.isTable == true)
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("{}[]():,'\"\\ \na1".utf8)
    for _ in 0..<3_000 {
      let length = Int(random.next() % 40)
      let text =
        [alphabet[2 * Int(random.next() % 2)]]
        + (0..<length).map { _ in
          seed < 3 ? alphabet[Int(random.next() % UInt64(alphabet.count))] : UInt8(truncatingIfNeeded: random.next())
        }
      #expect(JSONShape(text) != nil, "seed \(seed): \(text)")
    }
  }

  @Test("A name of the file is a text of the advice, and never more")
  func quoted() throws {
    let help = try #require(advice(on: "[{\"user'] #\":1,\"items\":[{\"item\":2}]}]"))
    #expect(help.contains("'items', ['user\\'] #'])"), "\(help)")
    #expect("a\nb'\\".pythonText == "'a\\nb\\'\\\\'")
  }

  @Test("Texts that are cut anywhere have a shape, and those that nest deeply end")
  func cut() {
    let text = Array("{\"a\":[{\"b\":[1,2,{\"c\":'x'}],\"d\":\"e\\\"f\"}],\"g\":(1,2)}\n{}".utf8)
    for count in 1...text.count { #expect(JSONShape(text.prefix(count)) != nil, "\(count)") }
    #expect(JSONShape(text)?.isLines == true && JSONShape(text.dropLast(3))?.isLines == false)
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(JSONShape(deep) != nil)
    #expect(JSONShape(Array("user,item".utf8)) == nil && JSONShape([UInt8]()) == nil)
  }
}
