import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Files of items")
struct ItemTableTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Titles and categories, as MovieLens has them")
  func movies() throws {
    let text = """
      movieId,title,genres
      3,Plain (1999),Drama|Comedy
      1,"Comma, The ""Film"" (2000)",(no genres listed)
      20,Last,Comedy
      """
    let catalogue = try ItemTable.read(path: scratch.file(text))
    #expect(catalogue.ids == .numbers([3, 1, 20]))
    #expect(catalogue.titles == ["Plain (1999)", "Comma, The \"Film\" (2000)", "Last"])
    #expect(catalogue.categories == [["Drama", "Comedy"], [], ["Comedy"]])
    let (titles, categories, _) = catalogue.columns(for: .numbers([1, 2, 3, 20]))
    #expect(titles == ["Comma, The \"Film\" (2000)", "", "Plain (1999)", "Last"])
    #expect(categories.names == ["Comedy", "Drama"])
    #expect(categories.members == History(offsets: [0, 0, 0, 2, 3], rows: [0, 1, 0]))
  }

  @Test("Without a header, and with another order of columns")
  func layouts() throws {
    let bare = try ItemTable.read(path: scratch.file("1\tOne\tA|B\n2\tTwo\t\n"))
    #expect(bare.titles == ["One", "Two"] && bare.categories == [["A", "B"], []])
    let turned = try ItemTable.read(path: scratch.file("name,category,sku\nOne,A,x\nTwo,B,y\n"))
    #expect(turned.ids == .texts(["x", "y"]) && turned.titles == ["One", "Two"])
    for alone in ["id\n5\n6\n", "Heat (1995)\nToy Story (1995)\n"] {
      let path = scratch.file(alone)
      #expect(throws: InteractionError(path: path, line: 1, .tooFewColumns(needed: 2, found: 1))) {
        try ItemTable.read(path: path)
      }
    }
  }

  @Test(
    "Without a header, lists or few words before different texts are categories, and columns that are left out are said"
  )
  func categoriesFirst() throws {
    func read(_ text: String) throws -> (table: ItemTable, notes: String) {
      let notices = Notices()
      let table = try ItemTable.read(path: scratch.file(text), execution: notices.execution)
      return (table, notices.warnings.joined())
    }
    let first = try read("1,Drama|War,Heat\n2,War,Alien\n3,Drama,Jaws\n4,War,Dune\n")
    #expect(first.table.titles == ["Heat", "Alien", "Jaws", "Dune"] && first.table.categories[0] == ["Drama", "War"])
    #expect(first.notes.contains("fields of column 2 recur"))
    let usual = try read("1,Heat,Drama|War\n2,Alien,War\n3,Jaws,Drama\n4,Alien,War|Love\n")
    #expect(usual.table.titles[3] == "Alien" && usual.notes == "")
    let years = try read("1,Heat,1995\n2,Alien,1979\n3,Jaws,1975\n4,Dune,2021\n")
    #expect(years.table.titles[0] == "Heat" && years.notes.contains("left out: column 3; with a header"))
    #expect(try read("id,title\n1,\n2,\n").notes.contains("all titles are empty"))
  }

  @Test("An item that stands twice is refused with both lines")
  func twice() throws {
    let path = scratch.file("id,title\n5,a\n6,b\n5,c\n")
    #expect(throws: InteractionError(path: path, line: 4, .duplicateItem(item: .number(5), firstLine: 2))) {
      try ItemTable.read(path: path)
    }
  }

  @Test("The catalogue's items join those of the interactions, in order of ids")
  func including() throws {
    let x = try scratch.read("1,10,4\n2,9,5\n1,9,3\n")
    let numbers = ItemTable(ids: .numbers([30, 9, 2]), titles: ["", "", ""], categories: [[], [], []])
    let y = try x.including(numbers)
    #expect(y.itemIDs == .numbers([2, 9, 10, 30]))
    #expect(y.byUser.others == [1, 2, 1] && y.byUser.values == [3, 4, 5])
    #expect(y.byItem.offsets == [0, 0, 2, 3, 3])
    let texts = ItemTable(ids: .texts(["x", "9"]), titles: ["X", "Nine"], categories: [[], []])
    let z = try x.including(texts)
    #expect(z.itemIDs == .texts(["10", "9", "x"]))
    #expect(z.byUser.others == [0, 1, 1] && z.byUser.values == [4, 3, 5])
    #expect(texts.columns(for: z.itemIDs).titles == ["", "Nine", "X"])
  }
}
