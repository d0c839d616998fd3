package normsweep.savedmodel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import normsweep.record.BlockBatchNorm;
import normsweep.record.EpochMetrics;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.tail.TailSpec;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * {@code normsweep.json} in a model zip: what the model is, where it comes from and how well it
 * performs.
 *
 * @param schema version of this format, {@value #SCHEMA}
 * @param trial id of the trial that made it
 * @param norm the head's norm
 * @param placement where a filter response norm sits
 * @param clip the clipping it was trained with, as in the trial's id
 * @param seed the trial's seed
 * @param unfreezeFrom first layer of the backbone that was trained
 * @param blockBatchNorm whether the batch norms of the trained layers trained too; they did before
 *     this was a setting
 * @param hiddenUnits width of the head's dense layer
 * @param dropout probability of dropping a hidden unit in training
 * @param weights what the backbone started from
 * @param data what it was trained on
 * @param config the trial's resolved config: the sweep's, with what its axes or its tuning set in
 *     place
 * @param scores figures by name, for example {@code testAccuracy}
 * @param epochs metrics of every epoch, without times; empty in models of earlier versions
 * @param classes names of the outputs in their order
 * @param preprocessing how an image is processed before it is given to the network
 * @param versions versions and machine that created it, by name
 */
public record ModelDescription(
    int schema,
    String trial,
    Norm norm,
    FrnPlacement placement,
    String clip,
    long seed,
    String unfreezeFrom,
    BlockBatchNorm blockBatchNorm,
    int hiddenUnits,
    double dropout,
    WeightsOrigin weights,
    DataOrigin data,
    JsonNode config,
    Map<String, Double> scores,
    List<EpochMetrics> epochs,
    List<String> classes,
    String preprocessing,
    Map<String, String> versions) {
  /** The version of the format that this program writes. */
  public static final int SCHEMA = 1;

  /** Copies the collections; missing ones are empty. */
  public ModelDescription {
    blockBatchNorm = blockBatchNorm == null ? BlockBatchNorm.TRAIN : blockBatchNorm;
    scores = scores == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(scores));
    epochs = epochs == null ? List.of() : List.copyOf(epochs);
    classes = classes == null ? List.of() : List.copyOf(classes);
    versions = versions == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(versions));
  }

  /** The specification of the tail in the model. */
  TailSpec spec() {
    return new TailSpec(
        norm,
        placement,
        unfreezeFrom,
        blockBatchNorm,
        hiddenUnits,
        dropout,
        (classes.isEmpty() ? DataOrigin.CIFAR_10 : classes).size(),
        seed,
        new NoOp());
  }
}
