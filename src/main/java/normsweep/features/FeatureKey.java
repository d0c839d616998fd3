package normsweep.features;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import normsweep.backbone.ImageScaling;
import normsweep.base.Hashes;
import normsweep.base.Key;
import normsweep.device.Device;

/**
 * Everything that the features of one part in one view depend on. Equal keys mean equal features,
 * whichever sweep asks.
 *
 * @param weightsSha256 SHA-256 of the weights file
 * @param unfreezeFrom where the backbone is cut
 * @param dataSha256 SHA-256 of the data set
 * @param part {@code train}, {@code validation} or {@code test}: only a label; the images determine
 *     the key
 * @param imagesSha256 which images of the data set, in order: see {@link #of}
 * @param view augmentation draw from 0, or {@value #PLAIN} for the images as they are
 * @param augmentation padding, flip and seed of the draw; empty for plain images
 * @param trunkDevice the GPU that computes them; empty for the CPU, so that caches from before
 *     there was a choice stay valid
 */
public record FeatureKey(
    String weightsSha256,
    String unfreezeFrom,
    String dataSha256,
    String part,
    String imagesSha256,
    int view,
    String augmentation,
    String trunkDevice) {
  /** The view of images as they are. */
  public static final int PLAIN = -1;

  private static final int VERSION = 1;
  private static final int NAME_DIGITS = 16;

  /**
   * The key of images as they are.
   *
   * @param images indices into the data set, in the order of the features; they stand for the
   *     split, so that a part that two splits share is computed once
   */
  public static FeatureKey of(
      String weightsSha256, String unfreezeFrom, String dataSha256, String part, int[] images) {
    ByteBuffer bytes = ByteBuffer.allocate(images.length * Integer.BYTES);
    bytes.asIntBuffer().put(images);
    String imagesSha256 = HexFormat.of().formatHex(Hashes.digest("SHA-256").digest(bytes.array()));
    return new FeatureKey(
        weightsSha256, unfreezeFrom, dataSha256, part, imagesSha256, PLAIN, "", "");
  }

  /** The key of the same features from another device. */
  public FeatureKey on(Device trunk) {
    return new FeatureKey(
        weightsSha256,
        unfreezeFrom,
        dataSha256,
        part,
        imagesSha256,
        view,
        augmentation,
        trunk.name());
  }

  /**
   * The key under which features of pictures are kept one by one, each by the name of its content.
   *
   * @param preprocessing what is done to a picture before the trunk sees it
   */
  public static FeatureKey ofPictures(
      String weightsSha256, String unfreezeFrom, String preprocessing) {
    return new FeatureKey(
        weightsSha256, unfreezeFrom, preprocessing, "pictures", "", PLAIN, "", "");
  }

  /**
   * The key of an augmented view of the same images: this key if the draw changes nothing.
   *
   * @param newAugmentation what the draw depends on besides image and view; empty if it changes
   *     nothing
   */
  public FeatureKey view(int newView, String newAugmentation) {
    if (newView < 0) {
      throw new IllegalArgumentException("views count from 0, not from " + newView);
    }
    if (newAugmentation.isEmpty()) {
      return this;
    }
    return new FeatureKey(
        weightsSha256,
        unfreezeFrom,
        dataSha256,
        part,
        imagesSha256,
        newView,
        newAugmentation,
        trunkDevice);
  }

  /** SHA-256 of all that the features depend on, the preprocessing and file format included. */
  String sha256() {
    Key key =
        Key.of("features", VERSION)
            .with("format", FeatureFile.FORMAT)
            .with("scaling", ImageScaling.VERSION)
            .with("weights", weightsSha256)
            .with("unfreezeFrom", unfreezeFrom)
            .with("data", dataSha256)
            .with("part", part)
            .with("images", imagesSha256)
            .with("view", view)
            .with("augmentation", augmentation);
    return (trunkDevice.isEmpty() ? key : key.with("trunkDevice", trunkDevice)).sha256();
  }

  /** SHA-256 of the same for a range of the images. */
  String range(int from) {
    return Key.of("range of features", VERSION)
        .with("features", sha256())
        .with("from", from)
        .sha256();
  }

  /** A readable description of the features. */
  String describe() {
    return view == PLAIN ? part : part + " view " + view;
  }

  public String fileName() {
    return String.format(
        Locale.ROOT,
        "%s-%s-%s.f16",
        part.toLowerCase(Locale.ROOT),
        view == PLAIN ? "plain" : "view-" + view,
        sha256().substring(0, NAME_DIGITS));
  }
}
