package normsweep.device;

/** Where the user wants computations to run. */
public enum DeviceChoice {
  /** On what the program was built for. */
  AUTO,
  /** On the CPU, even if the program was built for a GPU. */
  CPU
}
