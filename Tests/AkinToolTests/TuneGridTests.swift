import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("akin tune without --grid")
struct TuneGridTests {
  private let world: SampleFiles
  private var interactions: String { world.scratch["interactions.csv"] }

  init() throws { world = try SampleFiles() }

  @Test("Every combination of a model's own grid is a valid line of training", arguments: ModelOptions.models)
  func grids(model: Objective.Model) throws {
    let axes = TuneGrid.axes(of: model)
    #expect(axes.isEmpty == [.popular, .random].contains(model))
    guard !axes.isEmpty, model != .twoTower else { return }
    let words = ["tune", interactions, "--model", model.name]
    guard case .run(let arguments) = try Parser.parse(Array(words.dropFirst()), for: TuneVerb.command) else { return }
    let space = try TuneSpace(arguments)
    #expect(space.points.count == axes.map(\.values.count).reduce(1, *) && space.points.count >= 4)
    for point in space.points { #expect(try space.trainer(point, epochs: nil).name == model.name) }
  }

  @Test("It tries the model's values by halving, says the cost before, and the best line trains")
  func search() {
    let words = ["tune", interactions, "--folds", "2", "--dimensions", "4", "--epochs", "4"]
    let run = akin(words + ["--w0", "1", "--weighting", "constant"])
    #expect(run.code == 0, "\(run.messages)")
    // What the command line says is not varied: lambda is left, too few values for a second rung.
    #expect(run.output.hasPrefix("lambda\tepochs\tlimit\tvalue\tstandardError\tseconds\n"), "\(run.output)")
    #expect(run.output.split(separator: "\n").count == 4)
    #expect(
      run.messages.contains("akin: 3 combinations, 6 trainings of at most 24 epochs together; one took "),
      "\(run.messages)")
    #expect(run.messages.contains(" --weighting constant --w0 1 --lambda "), "\(run.messages)")
    let quiet = akin(words + ["--w0", "1", "--weighting", "constant", "-q"])
    #expect(!quiet.messages.contains("combinations") && quiet.messages.hasPrefix("akin train "))
  }

  @Test("The cost counts rungs and splits")
  func cost() {
    let points = (0..<10).map { ["\($0)"] }
    let halving = TuneSearch(points: points, way: .halving, epochs: 20)
    #expect(halving.limits == [2, 6, 20])
    let cost = TuneCost(halving, limits: [], splits: 5)
    #expect(cost.trainings == 5 * (10 + 4 + 2) && cost.epochs == 5 * (10 * 2 + 4 * 6 + 2 * 20))
    let grid = TuneCost(
      TuneSearch(points: points, way: .grid, epochs: 20), limits: Array(repeating: 20, count: 10), splits: 3)
    #expect(grid.trainings == 30 && grid.epochs == 600)
    #expect(
      cost.sentence(combinations: 10, secondsPerEpoch: 0.5)
        == "10 combinations, 80 trainings of at most 420 epochs together; one took 500 ms just now, so that is about "
        + "3 min 30 s, or less by early stopping")
    #expect(grid.sentence(combinations: 10, secondsPerEpoch: nil) == "10 combinations, 30 trainings")
  }

  @Test("Models of ratings go by their error; a model without options has nothing to tune")
  func models() {
    let mf = akin(
      [
        "tune", interactions, "--model", "mf", "--folds", "2", "--dimensions", "2", "--epochs", "2", "--bias-lambda",
        "5", "-q",
      ],
      terminal: Terminal(width: 100, hasColour: false))
    #expect(mf.code == 0 && mf.output.contains("rmse"), "\(mf.messages)")
    let none = akin("tune", interactions, "--model", "popular", "-q")
    #expect(
      none.code == 2
        && none.messages
          == "akin: error: the model 'popular' has no options to tune\nakin: help: choose another model, or name "
          + "options and values: --grid dimensions=32,64\n",
      "\(none.messages)")
  }
}
