package normsweep.record;

import com.fasterxml.jackson.annotation.JsonCreator;

/**
 * What turns a gradient into a step. Two of Deeplearning4j's are left out: its Nadam does not
 * correct its second moment, so that its first steps are thirty times as long as those of the
 * paper, and its AdaGrad loses its schedule when a network copies it.
 */
public enum Optimizer implements Named {
  /** Kingma &amp; Ba 2015. */
  ADAM("adam", "Adam"),
  /** Adam with decoupled weight decay (Loshchilov &amp; Hutter 2019). */
  ADAMW("adamw", "AdamW"),
  /** Gradient descent with heavy-ball momentum (Polyak 1964). */
  SGD("sgd", "SGD"),
  /** Nesterov's accelerated gradient (Sutskever et al. 2013). */
  NESTEROV("nesterov", "Nesterov's accelerated gradient"),
  /** Adam with the largest second moment so far (Reddi et al. 2018). */
  AMSGRAD("amsgrad", "AMSGrad"),
  /** Adam with the infinity norm (Kingma &amp; Ba 2015, section 7). */
  ADAMAX("adamax", "AdaMax"),
  /** Zeiler 2012; it has no learning rate. */
  ADADELTA("adadelta", "AdaDelta"),
  /** Tieleman &amp; Hinton 2012. */
  RMSPROP("rmsprop", "RMSProp");

  private final String id;
  private final String label;

  Optimizer(String id, String label) {
    this.id = id;
    this.label = label;
  }

  @Override
  public String id() {
    return id;
  }

  /** The name in sentences. */
  public String label() {
    return label;
  }

  /** Whether its steps depend on {@code training.momentum}. */
  public boolean hasMomentum() {
    return this == SGD || this == NESTEROV;
  }

  /** The optimizer of an id; an {@link IllegalArgumentException} lists what is allowed. */
  @JsonCreator
  public static Optimizer of(String id) {
    return Named.of(values(), id);
  }
}
