extension MFOptions {
  /// The matrix factorisation that collaborative-filtering courses teach: user biases without regularisation, undamped item
  /// means subtracted, standard normal first parameters, 200 epochs of Adam.
  public static var courseLab: MFOptions {
    var options = MFOptions()
    options.dimensions = 100
    options.optimiser = .adam
    options.biases = .user
    options.meanDamping = 0
    options.lambda = 1
    options.biasLambda = 0
    options.nu = 0
    options.epochs = 200
    options.learningRate = 0.1
    options.start = .normal
    return options
  }

  /// The embeddings with biases that courses of deep learning teach: a sigmoid from 0 to 5.5 and 5 epochs of `adamw`, for ratings of
  /// 0 to 5.
  ///
  /// The course has vectors of 50 numbers, batches of 64, a step size of 0.005, a weight decay of 0.1 and one training. These are two
  /// trainings of 64 numbers with the defaults of `adamw`, and predict better in less time: see Tools/bench/mf/embeddings.py.
  public static var courseEmbeddings: MFOptions {
    var options = MFOptions()
    (options.dimensions, options.runs) = (128, 2)
    options.optimiser = .adamw
    options.range = 0...5.5
    options.start = .tiny
    return options
  }
}
