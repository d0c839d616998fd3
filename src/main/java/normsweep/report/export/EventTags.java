package normsweep.report.export;

/** Names of what a trial's event file holds; the part before the slash groups charts. */
final class EventTags {
  static final String TRAIN_LOSS = "loss/training";
  static final String VALIDATION_LOSS = "loss/validation";
  static final String TRAIN_ACCURACY = "accuracy/training";
  static final String VALIDATION_ACCURACY = "accuracy/validation";
  static final String SAVED_VALIDATION_ACCURACY = "saved_model/validation_accuracy";
  static final String SAVED_VALIDATION_LOSS = "saved_model/validation_loss";
  static final String SAVED_TEST_ACCURACY = "saved_model/test_accuracy";
  static final String SAVED_TEST_LOSS = "saved_model/test_loss";
  static final String LEARNING_RATE = "learning_rate";
  static final String NORM_BEFORE = "gradient_norm_before_clipping/";
  static final String NORM_AFTER = "gradient_norm_after_clipping/";
  static final String MAGNITUDES = "gradient_magnitude_log10/";
  static final String WEIGHT_NORM = "weight_norm/";
  static final String UPDATE_NORM = "update_norm/";
  static final String UPDATE_RATIO = "update_to_weight_ratio/";
  static final String DISTANCE = "distance_from_start/";
  static final String DYNAMICS = "dynamics/";

  private EventTags() {}
}
