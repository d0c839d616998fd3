package normsweep.record;

import normsweep.record.SweepConfig.Setting;

/** The section {@code data} of a sweep: which images there are, and what is made of them. */
public record DataSettings(
    @Setting(meaning = "training images", defaultValue = "2000", min = 10, max = 1_000_000)
        int train,
    @Setting(
            meaning = "validation images, also from the official training set",
            defaultValue = "500",
            min = 10,
            max = 1_000_000)
        int validation,
    @Setting(meaning = "official test images", defaultValue = "1000", min = 10, max = 1_000_000)
        int test,
    @Setting(meaning = "seed of the stratified selection of images", defaultValue = "1")
        long splitSeed,
    @Setting(
            meaning = "augmentation draws per image; epoch e trains on view e mod views",
            defaultValue = "2",
            min = 1,
            max = 64)
        int views,
    @Setting(
            meaning =
                "pixels of zero padding before the random crop; own pictures with resize: crop are"
                    + " cut at random instead",
            defaultValue = "4",
            max = 16)
        int padding,
    @Setting(meaning = "whether images are randomly mirrored", defaultValue = "true") boolean flip,
    @Setting(
            meaning =
                "the images: CIFAR-10, or own pictures in a folder with one folder per class, in"
                    + " `train/`, `validation/` and `test/` with one folder per class, or in a CSV"
                    + " file with the columns path, label and, if wanted, split",
            defaultValue = DataSettings.CIFAR_10,
            pattern = "\\S(.*\\S)?",
            allowed = "cifar-10, a folder or a CSV file",
            quiet = true)
        String source,
    @Setting(
            meaning =
                "how an own picture becomes a square: a centred crop of 7/8 of its shorter side"
                    + " (random crops for training), stretched, or padded with black",
            defaultValue = "crop",
            pattern = "crop|stretch|pad",
            allowed = "crop | stretch | pad",
            quiet = true)
        String resize,
    @Setting(
            meaning =
                "edge in pixels of the square that is kept of an own picture, at most; it is no larger"
                    + " than the largest picture needs, and whatever it is, the network sees"
                    + " 224x224, to which the square is enlarged",
            defaultValue = "224",
            min = 8,
            max = 224,
            quiet = true)
        int imageSize,
    @Setting(
            meaning = "how many own pictures may be unreadable; they are left out",
            defaultValue = "0",
            max = 1_000_000,
            quiet = true)
        int skipUnreadable,
    @Setting(
            meaning =
                "whether own pictures are reduced to as many of each class as the rarest has;"
                    + " `validation/` and `test/` folders each by themselves",
            defaultValue = "false",
            quiet = true)
        boolean balance) {
  /** The source that this program gets by itself. */
  public static final String CIFAR_10 = "cifar-10";

  /** Whether the images are the user's own pictures. */
  public boolean own() {
    return !source.equals(CIFAR_10);
  }
}
