/** What a trial's network predicts for each image, on disk. */
package normsweep.record.prediction;
