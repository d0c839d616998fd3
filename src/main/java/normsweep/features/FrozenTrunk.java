package normsweep.features;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import normsweep.backbone.ImageScaling;
import normsweep.backbone.TrunkCut;
import normsweep.base.NormSweepException;
import normsweep.device.TrunkEngine;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The part of the backbone that does not train, run by ONNX Runtime.
 *
 * <p>It is derived in memory from the {@link ComputationGraph}, which remains the reference: {@link
 * #parity} compares the two. Images go in as square bytes; what {@link ImageScaling} does to them
 * on the Deeplearning4j side happens inside. Every thread runs small batches of its own, with
 * buffers that are allocated once: the activations then stay in the caches, and no thread waits for
 * another after each convolution. One call at a time; a second caller waits.
 */
public final class FrozenTrunk implements FeatureExtractor, AutoCloseable {
  /** Largest difference from the backbone that {@link #requireParity} accepts. */
  public static final double PARITY_LIMIT = 1e-3;

  private final ComputationGraph backbone;
  private final String features;
  private final int sourceSize;
  private final int inputSize;
  private final int batch;
  private final int[] featureShape;
  private final OrtSession session;
  private final List<TrunkWorker> workers = new ArrayList<>();
  private final ExecutorService pool;

  private FrozenTrunk(
      ComputationGraph backbone, String features, int sourceSize, int inputSize, TrunkEngine engine)
      throws OrtException {
    this.backbone = backbone;
    this.features = features;
    this.sourceSize = sourceSize;
    this.inputSize = inputSize;
    batch = engine.batch();
    OrtEnvironment environment = TrunkEngine.environment();
    byte[] model = TrunkTranslator.translate(backbone, features, sourceSize, inputSize, batch);
    try (SessionOptions options = options()) {
      engine.provider().addTo(options);
      session = environment.createSession(model, options);
    }
    long[] shape =
        ((TensorInfo) session.getOutputInfo().get(TrunkTranslator.FEATURES).getInfo()).getShape();
    featureShape = new int[] {(int) shape[1], (int) shape[2], (int) shape[3]};
    for (int worker = 0; worker < engine.threads(); worker++) {
      workers.add(new TrunkWorker(environment, shape));
    }
    pool =
        Executors.newFixedThreadPool(
            engine.threads(),
            task -> {
              Thread thread = new Thread(task, "frozen trunk");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The buffers with which one thread runs the session: made once, outside the Java heap. */
  private final class TrunkWorker {
    private final ByteBuffer images = ByteBuffer.allocateDirect(batch * imageBytes());
    private final FloatBuffer out =
        ByteBuffer.allocateDirect(batch * valuesPerImage() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    private final OnnxTensor input;
    private final OnnxTensor output;

    TrunkWorker(OrtEnvironment environment, long[] outputShape) throws OrtException {
      long[] inputShape = {batch, 3, sourceSize, sourceSize};
      input = OnnxTensor.createTensor(environment, images, inputShape, OnnxJavaType.UINT8);
      output = OnnxTensor.createTensor(environment, out, outputShape);
    }

    /** Runs batches until none is left; behind a short last one, old values are ignored. */
    Void run(AtomicInteger next, byte[] source, int n, float[] target) throws OrtException {
      int values = valuesPerImage();
      for (int first = batch * next.getAndIncrement();
          first < n;
          first = batch * next.getAndIncrement()) {
        int count = Math.min(batch, n - first);
        images.put(0, source, first * imageBytes(), count * imageBytes());
        session
            .run(Map.of(TrunkTranslator.IMAGES, input), Map.of(TrunkTranslator.FEATURES, output))
            .close();
        out.get(0, target, first * values, count * values);
      }
      return null;
    }
  }

  private static SessionOptions options() throws OrtException {
    SessionOptions options = new SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
    options.setCPUArenaAllocator(true);
    options.setMemoryPatternOptimization(true);
    return options;
  }

  /**
   * Translates everything of {@code backbone} before {@code unfreezeFrom}.
   *
   * @param unfreezeFrom first trainable layer, such as {@code Conv_1}
   * @param engine what it is computed on
   * @throws NormSweepException a usage error if the backbone cannot be cut there
   */
  public static FrozenTrunk of(ComputationGraph backbone, String unfreezeFrom, TrunkEngine engine) {
    return of(backbone, unfreezeFrom, ImageScaling.SOURCE_SIZE, engine);
  }

  /**
   * The same for images of another size.
   *
   * @param sourceSize pixels along an edge of the byte images
   */
  public static FrozenTrunk of(
      ComputationGraph backbone, String unfreezeFrom, int sourceSize, TrunkEngine engine) {
    return of(backbone, unfreezeFrom, sourceSize, ImageScaling.INPUT_SIZE, engine);
  }

  static FrozenTrunk of(
      ComputationGraph backbone,
      String unfreezeFrom,
      int sourceSize,
      int inputSize,
      TrunkEngine engine) {
    String features = TrunkCut.of(backbone, unfreezeFrom).features();
    try {
      return new FrozenTrunk(backbone, features, sourceSize, inputSize, engine);
    } catch (OrtException e) {
      throw NormSweepException.failed(
          String.format(
              Locale.ROOT,
              "ONNX Runtime refuses the frozen trunk before '%s': %s",
              unfreezeFrom,
              e.getMessage()),
          e);
    }
  }

  @Override
  public int[] featureShape() {
    return featureShape.clone();
  }

  private int imageBytes() {
    return 3 * sourceSize * sourceSize;
  }

  @Override
  public synchronized void features(byte[] source, int n, float[] out) {
    AtomicInteger next = new AtomicInteger();
    int batches = (n + batch - 1) / batch;
    List<Callable<Void>> work =
        workers.stream()
            .limit(batches)
            .<Callable<Void>>map(worker -> () -> worker.run(next, source, n, out))
            .toList();
    try {
      for (Future<Void> done : pool.invokeAll(work)) {
        done.get();
      }
    } catch (ExecutionException e) {
      NormSweepException.rethrowError(e.getCause());
      throw NormSweepException.failed(
          String.format(
              Locale.ROOT,
              "The frozen trunk failed in ONNX Runtime: %s",
              e.getCause().getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NormSweepException.failed("The frozen trunk was interrupted.", e);
    }
  }

  /**
   * Compares the trunk with the backbone it comes from.
   *
   * @param source as for {@link #features}
   * @return the largest difference over all features of the {@code n} images, relative to those
   *     beyond 1: single precision loses in proportion, and not every backbone limits its values
   */
  public double parity(byte[] source, int n) {
    float[] out = new float[n * valuesPerImage()];
    features(source, n, out);
    double largest = 0;
    for (int image = 0; image < n; image++) {
      byte[] one = Arrays.copyOfRange(source, image * imageBytes(), (image + 1) * imageBytes());
      float[] expected = reference(one);
      for (int i = 0; i < expected.length; i++) {
        double difference = Math.abs(expected[i] - out[image * valuesPerImage() + i]);
        // Math.max keeps a NaN, so that one on either side does not pass for agreement.
        largest = Math.max(largest, difference / Math.max(1, Math.abs(expected[i])));
      }
    }
    return largest;
  }

  /** What the backbone gives for one image; all its activations are freed again at once. */
  private float[] reference(byte[] image) {
    try (INDArray input = ImageScaling.modelInput(image, 1, sourceSize, inputSize)) {
      Map<String, INDArray> activations = backbone.feedForward(input, layerAtFeatures(), false);
      float[] expected = activations.get(features).dup('c').data().asFloat();
      activations.values().stream().filter(INDArray::closeable).forEach(INDArray::close);
      return expected;
    }
  }

  /** Index of the first layer by which the features are there; a later one may overwrite them. */
  private int layerAtFeatures() {
    Iterator<GraphVertex> order =
        Arrays.stream(backbone.topologicalSortOrder())
            .mapToObj(i -> backbone.getVertices()[i])
            .dropWhile(vertex -> !vertex.getVertexName().equals(features))
            .filter(GraphVertex::hasLayer)
            .iterator();
    return Arrays.asList(backbone.getLayers()).indexOf(order.next().getLayer());
  }

  /**
   * {@link #parity}, refusing a trunk that differs by more than {@value #PARITY_LIMIT}.
   *
   * @return the largest difference
   */
  public double requireParity(byte[] source, int n) {
    double difference = parity(source, n);
    if (difference <= PARITY_LIMIT) {
      return difference;
    }
    throw NormSweepException.failed(
        String.format(
            Locale.ROOT,
            "The frozen trunk differs from the backbone by %.2g, more than %.0e, on %d images: ONNX"
                + " Runtime and Deeplearning4j disagree on this machine.",
            difference,
            PARITY_LIMIT,
            n));
  }

  @Override
  public void close() {
    pool.shutdown();
    for (TrunkWorker worker : workers) {
      worker.input.close();
      worker.output.close();
    }
    try {
      session.close();
    } catch (OrtException e) {
      throw NormSweepException.failed("ONNX Runtime failed to close the frozen trunk.", e);
    }
  }
}
