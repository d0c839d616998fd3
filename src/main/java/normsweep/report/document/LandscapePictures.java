package normsweep.report.document;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.Figure;
import normsweep.report.figure.TrialGroup;

/**
 * Pictures of loss surfaces that the {@code landscape} command has left in the figures folder.
 *
 * @param name what they are called in the document
 * @param caption what they show
 * @param pictures the pictures as PNG
 */
record LandscapePictures(String name, String caption, List<byte[]> pictures) {
  private static final int CELLS = 6;
  private static final int PIXELS = 640;

  /** The kinds of pictures available for this sweep, each for at most six trials of one seed. */
  static List<LandscapePictures> of(SweepFolder folder, SweepEvidence sweep) throws IOException {
    List<LandscapePictures> blocks = new ArrayList<>();
    String[][] kinds = {
      {
        "landscape-surface",
        "Validation loss around the trained heads in three dimensions; height and colour are"
            + " logarithmic."
      }
    };
    for (String[] kind : kinds) {
      List<byte[]> pictures = new ArrayList<>();
      for (TrialGroup cell : TrialGroup.atMost(sweep.best(), CELLS)) {
        Optional<Path> file =
            cell.trials().stream()
                .filter(trial -> trial.landscape().isPresent())
                .map(trial -> folder.figures().resolve(kind[0] + "-" + trial.row().id() + ".png"))
                .filter(Files::isRegularFile)
                .findFirst();
        if (file.isPresent()) {
          pictures.add(smaller(file.get()));
        }
      }
      if (!pictures.isEmpty()) {
        blocks.add(new LandscapePictures(kind[0], kind[1], pictures));
      }
    }
    return blocks;
  }

  // Three pictures share the width of a page; more pixels than this would only make the files
  // larger.
  private static byte[] smaller(Path file) throws IOException {
    BufferedImage picture = ImageIO.read(file.toFile());
    if (picture == null || picture.getWidth() <= PIXELS) {
      return Files.readAllBytes(file);
    }
    int height = Math.round((float) picture.getHeight() * PIXELS / picture.getWidth());
    BufferedImage small = new BufferedImage(PIXELS, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(picture, 0, 0, PIXELS, height, null);
    graphics.dispose();
    return Figure.png(small);
  }
}
