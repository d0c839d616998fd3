/** What the networks of a sweep predict image by image, described without conclusions. */
package normsweep.report.prediction;
