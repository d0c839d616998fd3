package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import normsweep.backbone.WeightsFile.Origin;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.fuzz.Answer;
import normsweep.fuzz.FuzzProcess;
import org.bytedeco.hdf5.DSetAccPropList;
import org.bytedeco.hdf5.DSetCreatPropList;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.DataType;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.LinkCreatPropList;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any bytes are weights, or one sentence. A whole file has 9 MB, too much to be changed by chance:
 * the seeds hold the first two layers, and end where the third is missed.
 */
public final class KerasWeightsFileFuzzTest {
  private static final Origin NAME = Origin.given(Path.of("given.h5"));
  private static final List<TensorShape> FIRST = MobileNetV2Layers.keras().tensors().subList(0, 5);

  @TempDir Path folder;

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    read(input);
    read(whole(input));
  }

  private static void read(byte[] file) {
    Answer.of(ExitCode.UNAVAILABLE, () -> KerasWeightsFile.of(NAME, file).tensors());
  }

  /** The same with its own length in the superblock, which else refuses what is shorter. */
  private static byte[] whole(byte[] input) {
    int at = input.length > 8 ? (input[8] == 0 ? 40 : input[8] == 1 ? 44 : 28) : 0;
    byte[] file = input.clone();
    if (at > 0 && file.length >= at + Long.BYTES) {
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(at, file.length);
    }
    return file;
  }

  @Test
  void answersWhateverComes() throws IOException, InterruptedException {
    List<byte[]> seeds = List.of(asKerasDoes(), asThisProgramDoes(), inChunks(), savedModel());
    for (byte[] seed : seeds) {
      assertEquals(seed.length, whole(seed).length);
      NormSweepException end =
          assertThrows(NormSweepException.class, () -> KerasWeightsFile.of(NAME, seed).tensors());
      assertTrue(
          end.getMessage().contains("lacks the layer expanded_conv_depthwise;")
              || end.getMessage().contains("in chunks"),
          end.getMessage());
    }
    new FuzzProcess(
            KerasWeightsFileFuzzTest.class,
            5_000,
            "normsweep.backbone.KerasWeightsFile",
            "normsweep.backbone.HdfEnvelope",
            "normsweep.backbone.BudgetedChannel",
            "io.jhdf.**")
        .jars("jhdf", "hdf5", "javacpp", "slf4j-api", "commons-", "jackson-annotations")
        .hooks(SkipChecksums.class)
        .seeds(seeds)
        .words(List.of("OHDR", "OCHK", "TREE", "SNOD", "HEAP", "GCOL", "FRHP", "BTHD", "kernel:0"))
        .findsNothing();
  }

  /** The native library writes the old structures, which Keras Applications' files have. */
  private byte[] asKerasDoes() throws IOException {
    Path file = folder.resolve("native.h5");
    try (H5File hdf = new H5File(file.toString(), hdf5.H5F_ACC_TRUNC);
        DataType stored = new DataType(PredType.IEEE_F32LE());
        DataType given = new DataType(PredType.NATIVE_FLOAT());
        DSetCreatPropList timeless = new DSetCreatPropList()) {
      // Equal files every time, for equal runs.
      hdf5.H5Pset_obj_track_times(timeless.getId(), false);
      for (TensorShape shape : FIRST) {
        boolean there = hdf.nameExists(shape.layer());
        try (Group layer = there ? hdf.openGroup(shape.layer()) : hdf.createGroup(shape.layer());
            DataSpace space =
                new DataSpace(
                    shape.dimensions().size(),
                    shape.dimensions().stream().mapToLong(Integer::longValue).toArray());
            DataSet data =
                layer.createDataSet(
                    shape.parameter() + ":0",
                    stored,
                    space,
                    timeless,
                    DSetAccPropList.DEFAULT(),
                    LinkCreatPropList.DEFAULT());
            FloatPointer values = new FloatPointer(values(shape))) {
          data.write(values, given);
        }
      }
      hdf._close();
    }
    return Files.readAllBytes(file);
  }

  private byte[] asThisProgramDoes() throws IOException {
    return written(hdf -> FIRST.forEach(shape -> put(hdf, shape)));
  }

  private byte[] savedModel() throws IOException {
    return written(
        hdf -> {
          hdf.putAttribute("keras_version", "2.1.6");
          WritableGroup nested = hdf.putGroup("model_weights").putGroup("mobilenetv2_1.00_224");
          FIRST.forEach(shape -> put(nested, shape));
        });
  }

  private byte[] inChunks() throws IOException {
    TensorShape kernel = FIRST.get(0);
    return written(
        hdf ->
            hdf.putGroup(kernel.layer())
                .putDataset(
                    kernel.parameter() + ":0",
                    KerasWeightsFile.nested(values(kernel), kernel.toArray()),
                    DatasetCreationOptions.builder()
                        .chunkDimensions(kernel.toArray())
                        .deflate()
                        .build()));
  }

  private byte[] written(Consumer<WritableHdfFile> content) throws IOException {
    Path file = folder.resolve("written.h5");
    Files.deleteIfExists(file);
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      content.accept(hdf);
    }
    return Files.readAllBytes(file);
  }

  private static void put(WritableGroup root, TensorShape shape) {
    WritableGroup layer =
        root.getChildren().get(shape.layer()) instanceof WritableGroup there
            ? there
            : root.putGroup(shape.layer());
    layer.putDataset(
        shape.parameter() + ":0", KerasWeightsFile.nested(values(shape), shape.toArray()));
  }

  private static float[] values(TensorShape shape) {
    float[] values = new float[shape.size()];
    Arrays.fill(values, 0.5f);
    return values;
  }
}
