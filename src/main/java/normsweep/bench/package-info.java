/** How fast this machine trains: the figures behind the command {@code bench}. */
package normsweep.bench;
