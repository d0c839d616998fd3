package normsweep.report.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrainingDynamics;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.framework.HistogramProto;
import org.tensorflow.proto.framework.Summary;
import org.tensorflow.proto.util.Event;

/** Event files are read back with the messages that TensorFlow itself publishes. */
class TensorBoardTest {
  private static final int EPOCHS = 3;
  private static final int STEPS = 32; // 2,000 images in batches of 64

  @TempDir Path root;
  private SweepFolder folder;
  private TrialResult row;
  private TrialFolder files;

  @BeforeEach
  void makeSweep() throws IOException {
    folder = MadeUpSweep.quick().epochs(EPOCHS).write(root);
    row = folder.readResults().trials().get(1);
    files = folder.trial(row.id());
  }

  private TensorBoard board() {
    return new TensorBoard(folder, folder.readConfig());
  }

  private Path file() {
    return folder.tensorBoard().resolve(row.id()).resolve("events.out.tfevents.0.normsweep");
  }

  private static Map<Long, Float> scalars(List<Event> events, String tag) {
    Map<Long, Float> values = new TreeMap<>();
    for (Event event : events) {
      for (Summary.Value value : event.getSummary().getValueList()) {
        if (value.getTag().equals(tag)) {
          assertEquals(null, values.put(event.getStep(), value.getSimpleValue()), tag);
        }
      }
    }
    return values;
  }

  /** CRC-32C of these digits is 0xe3069283 (RFC 3720); masked as in TensorFlow's crc32c.h. */
  @Test
  void framesHaveMaskedChecksums() {
    byte[] frame = EventStream.frame("123456789".getBytes(StandardCharsets.US_ASCII));
    ByteBuffer read = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(9, read.getLong(0));
    assertEquals(0xc78ab0e5, read.getInt(frame.length - 4));
  }

  @Test
  void holdsEveryScalarAtItsStep() throws IOException {
    board().write(row);
    List<Event> events = EventFiles.read(file());
    assertEquals("brain.Event:2", events.get(0).getFileVersion());
    for (EpochMetrics epoch : Records.readCsv(files.metrics(), EpochMetrics.class)) {
      long step = (long) epoch.epoch() * STEPS;
      assertEquals((float) epoch.trainLoss(), scalars(events, "loss/training").get(step));
      assertEquals((float) epoch.valLoss(), scalars(events, "loss/validation").get(step));
      assertEquals((float) epoch.valAccuracy(), scalars(events, "accuracy/validation").get(step));
      assertEquals((float) epoch.learningRate(), scalars(events, "learning_rate").get(step));
    }
    assertEquals(EPOCHS, scalars(events, "loss/validation").size());
    Map<Long, Float> before = scalars(events, "gradient_norm_before_clipping/total");
    Map<Long, Float> after = scalars(events, "gradient_norm_after_clipping/Conv_1_W");
    assertEquals(EPOCHS * STEPS, before.size());
    for (GradientNorm norm : Records.readCsv(files.gradients(), GradientNorm.class)) {
      long step = norm.iteration();
      if (norm.parameter().equals("total")) {
        assertEquals((float) norm.normBefore(), before.get(step));
      } else if (norm.parameter().equals("Conv_1_W")) {
        assertEquals((float) norm.normAfter(), after.get(step));
      }
    }
    for (var update : Records.readCsv(files.updates(), TrainingDynamics.Update.class)) {
      String tag = "update_norm/" + update.parameter();
      assertEquals(update.updateNorm(), scalars(events, tag).get((long) update.iteration()));
    }
    long last = EPOCHS * STEPS;
    assertEquals(
        row.testAccuracy().floatValue(), scalars(events, "saved_model/test_accuracy").get(last));
    assertEquals(
        row.valLoss().floatValue(), scalars(events, "saved_model/validation_loss").get(last));
  }

  @Test
  void stepsAndTimesNeverGoBack() throws IOException {
    board().write(row);
    List<Event> events = EventFiles.read(file());
    for (int i = 1; i < events.size(); i++) {
      assertTrue(events.get(i).getStep() >= events.get(i - 1).getStep());
      assertTrue(events.get(i).getWallTime() >= events.get(i - 1).getWallTime());
    }
    double seconds =
        Records.readCsv(files.metrics(), EpochMetrics.class).stream()
            .mapToDouble(EpochMetrics::seconds)
            .sum();
    double whole = events.get(events.size() - 1).getWallTime() - events.get(0).getWallTime();
    assertEquals(seconds, whole, 1e-5);
  }

  @Test
  void holdsEveryHistogram() throws IOException {
    board().write(row);
    GradientHistograms recorded = Records.readJson(files.histograms(), GradientHistograms.class);
    assertFalse(recorded.snapshots().isEmpty());
    List<Event> events = EventFiles.read(file());
    for (GradientHistograms.Snapshot snapshot : recorded.snapshots()) {
      for (var one : snapshot.parameters().entrySet()) {
        HistogramProto histogram =
            events.stream()
                .filter(event -> event.getStep() == snapshot.iteration())
                .flatMap(event -> event.getSummary().getValueList().stream())
                .filter(value -> value.getTag().equals("gradient_magnitude_log10/" + one.getKey()))
                .map(Summary.Value::getHisto)
                .findFirst()
                .orElseThrow();
        assertEquals(recorded.binEdgesLog10(), histogram.getBucketLimitList());
        assertEquals((double) one.getValue().below(), histogram.getBucket(0));
        assertEquals(
            one.getValue().bins(),
            histogram.getBucketList().stream().skip(1).map(Double::longValue).toList());
      }
    }
  }

  /** Two bins from 1 to 3: one element in the first and three in the second, none below. */
  @Test
  void sumsOfHistogramsTakeMiddlesOfBins() {
    var histogram =
        TrialEvents.histogram(
            List.of(1.0, 2.0, 3.0), new GradientHistograms.Counts(0, List.of(1L, 3L)));
    assertEquals(4, histogram.getNum());
    assertEquals(1.5 + 3 * 2.5, histogram.getSum());
    assertEquals(1.5 * 1.5 + 3 * 2.5 * 2.5, histogram.getSumSquares());
    assertEquals(0, histogram.getMin());
    assertEquals(3, histogram.getMax());
  }

  /** The plugin's messages are not published for Java: their fields are looked at by number. */
  @Test
  void sessionNamesTrialAndItsSettings() throws IOException {
    board().write(row);
    List<Event> events = EventFiles.read(file());
    UnknownFieldSet start = session(events.get(1), "_hparams_/session_start_info", 3);
    Map<String, Object> settings = new TreeMap<>();
    for (ByteString entry : start.getField(1).getLengthDelimitedList()) {
      UnknownFieldSet pair = UnknownFieldSet.parseFrom(entry);
      UnknownFieldSet value =
          UnknownFieldSet.parseFrom(pair.getField(2).getLengthDelimitedList().get(0));
      settings.put(
          pair.getField(1).getLengthDelimitedList().get(0).toStringUtf8(),
          value.hasField(2)
              ? Double.longBitsToDouble(value.getField(2).getFixed64List().get(0))
              : value.getField(3).getLengthDelimitedList().get(0).toStringUtf8());
    }
    assertEquals("batch-norm", settings.get("norm"));
    assertEquals("1.0", settings.get("clip"));
    assertEquals(1.0, settings.get("seed"));
    assertEquals(0.001, settings.get("training.learningRate"));
    assertEquals(row.id(), start.getField(4).getLengthDelimitedList().get(0).toStringUtf8());
    UnknownFieldSet end = session(events.get(events.size() - 1), "_hparams_/session_end_info", 4);
    assertEquals(List.of(1L), end.getField(1).getVarintList());
  }

  private static UnknownFieldSet session(Event event, String tag, int field)
      throws InvalidProtocolBufferException {
    Summary.Value value = event.getSummary().getValue(0);
    assertEquals(tag, value.getTag());
    assertEquals("hparams", value.getMetadata().getPluginData().getPluginName());
    UnknownFieldSet data =
        UnknownFieldSet.parseFrom(value.getMetadata().getPluginData().getContent());
    return UnknownFieldSet.parseFrom(data.getField(field).getLengthDelimitedList().get(0));
  }

  @Test
  void columnsAreThoseOfAllTrials() throws IOException {
    board().writeColumns(folder.readResults().trials().stream().map(TrialResult::trial).toList());
    Path file = folder.tensorBoard().resolve(file().getFileName());
    UnknownFieldSet experiment = session(EventFiles.read(file).get(1), "_hparams_/experiment", 2);
    assertEquals(6, experiment.getField(4).getLengthDelimitedList().size());
    assertEquals(4, experiment.getField(5).getLengthDelimitedList().size());
  }

  /** As a sweep does that is stopped after its first epoch, or is killed while it writes. */
  @Test
  void continuesWhatIsThere() throws IOException {
    board().write(row);
    byte[] whole = Files.readAllBytes(file());
    List<EpochMetrics> epochs = Records.readCsv(files.metrics(), EpochMetrics.class);
    TrialResult running = TrialResult.running(row.trial(), 1);
    for (int torn : new int[] {0, 1, 10, 1000}) {
      Files.delete(file());
      Records.writeCsv(files.metrics(), EpochMetrics.class, epochs.subList(0, 1));
      board().write(running);
      byte[] first = Files.readAllBytes(file());
      List<Event> events = EventFiles.read(file());
      assertEquals(STEPS, events.get(events.size() - 1).getStep());
      Files.write(file(), Arrays.copyOf(first, first.length - torn));
      Records.writeCsv(files.metrics(), EpochMetrics.class, epochs);
      board().write(row);
      assertArrayEquals(whole, Files.readAllBytes(file()));
    }
    Files.write(file(), new byte[2 * whole.length]);
    board().write(row);
    assertArrayEquals(whole, Files.readAllBytes(file()), "what is of another trial is replaced");
  }
}
