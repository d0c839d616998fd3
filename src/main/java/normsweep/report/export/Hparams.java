package normsweep.report.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import normsweep.record.FrnPlacement;
import normsweep.record.SweepConfig;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.nd4j.shade.protobuf.Value;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.Summary;
import org.tensorflow.framework.SummaryMetadata;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;

/**
 * Summaries of TensorBoard's hparams plugin, from which its table of trials is made. Their messages
 * ({@code tensorboard/plugins/hparams/plugin_data.proto} and {@code api.proto}) are in no library,
 * so that they are written field by field.
 */
final class Hparams {
  private static final String PLUGIN = "hparams";
  private static final int EXPERIMENT = 2;
  private static final int SESSION_START = 3;
  private static final int SESSION_END = 4;
  private static final int SUCCESS = 1;
  private static final int FAILURE = 2;
  private static final Map<String, String> METRICS = new LinkedHashMap<>();

  static {
    METRICS.put(EventTags.SAVED_VALIDATION_ACCURACY, "validation accuracy");
    METRICS.put(EventTags.SAVED_VALIDATION_LOSS, "validation loss");
    METRICS.put(EventTags.SAVED_TEST_ACCURACY, "test accuracy");
    METRICS.put(EventTags.SAVED_TEST_LOSS, "test loss");
  }

  /** Fields of a message. */
  private interface Fields {
    void writeTo(CodedOutputStream message) throws IOException;
  }

  private Hparams() {}

  /** The values that a trial has of everything that a reader may want to sort by. */
  static Map<String, Object> of(SweepConfig config, Trial trial) {
    SweepConfig own = config.of(trial);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("norm", trial.norm().id());
    if (trial.placement() != FrnPlacement.DENSE || config.grid().placement().size() > 1) {
      values.put("placement", trial.placement().id());
    }
    values.put("clip", trial.clip().id());
    values.put("seed", (double) trial.seed());
    values.put("training.optimizer", own.training().optimizer().id());
    values.put("training.learningRate", own.training().learningRate());
    values.put("training.batchSize", (double) own.training().batchSize());
    trial.settings().plus(trial.tuned()).values().forEach((key, value) -> values.put(key, value));
    return values;
  }

  /** Which columns the table has. */
  static Summary experiment(SweepConfig config, List<Trial> trials) {
    Map<String, Object> columns = new LinkedHashMap<>();
    trials.forEach(trial -> columns.putAll(of(config, trial)));
    return summary(
        "_hparams_/experiment",
        EXPERIMENT,
        experiment -> {
          for (Map.Entry<String, Object> column : columns.entrySet()) {
            put(
                experiment,
                4,
                info -> {
                  info.writeString(1, column.getKey());
                  info.writeEnum(4, type(column.getValue()));
                });
          }
          for (Map.Entry<String, String> metric : METRICS.entrySet()) {
            put(
                experiment,
                5,
                info -> {
                  put(info, 1, name -> name.writeString(2, metric.getKey()));
                  info.writeString(3, metric.getValue());
                });
          }
          experiment.writeString(6, config.name());
        });
  }

  private static int type(Object value) {
    return value instanceof Number ? 3 : value instanceof Boolean ? 2 : 1;
  }

  /** The beginning of a trial, with its values. */
  static Summary start(SweepConfig config, Trial trial, double seconds) {
    return summary(
        "_hparams_/session_start_info",
        SESSION_START,
        session -> {
          for (Map.Entry<String, Object> one : of(config, trial).entrySet()) {
            put(
                session,
                1,
                entry -> {
                  entry.writeString(1, one.getKey());
                  entry.writeMessage(2, value(one.getValue()));
                });
          }
          session.writeString(4, trial.id());
          session.writeDouble(5, seconds);
        });
  }

  private static Value value(Object value) {
    Value.Builder builder = Value.newBuilder();
    if (value instanceof Number number) {
      return builder.setNumberValue(number.doubleValue()).build();
    }
    return value instanceof Boolean truth
        ? builder.setBoolValue(truth).build()
        : builder.setStringValue(String.valueOf(value)).build();
  }

  /** The end of a trial. */
  static Summary end(TrialResult row, double seconds) {
    return summary(
        "_hparams_/session_end_info",
        SESSION_END,
        session -> {
          session.writeEnum(1, row.status() == TrialResult.Status.FAILED ? FAILURE : SUCCESS);
          session.writeDouble(2, seconds);
        });
  }

  private static Summary summary(String tag, int field, Fields fields) {
    ByteString content = bytes(data -> put(data, field, fields));
    // The plugin reads the metadata alone; the tensor is what its own writer adds.
    TensorProto none =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(
                TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dim.newBuilder().setSize(1)))
            .addFloatVal(0)
            .build();
    return Summary.newBuilder()
        .addValue(
            Summary.Value.newBuilder()
                .setTag(tag)
                .setTensor(none)
                .setMetadata(
                    SummaryMetadata.newBuilder()
                        .setPluginData(
                            SummaryMetadata.PluginData.newBuilder()
                                .setPluginName(PLUGIN)
                                .setContent(content))))
        .build();
  }

  private static void put(CodedOutputStream to, int field, Fields fields) throws IOException {
    to.writeBytes(field, bytes(fields));
  }

  private static ByteString bytes(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream message = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(message);
      message.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }
}
