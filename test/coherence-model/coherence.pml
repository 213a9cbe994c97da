/*
 * How replicas of the service stop trusting a key after it was revoked.
 *
 * A replica keeps keys in memory and admits calls by them without asking the database. It may do so only while it holds a
 * lease. It gets the lease by a poll: it reads its own clock (t0), then reads the epoch and the changes in the database, then
 * forgets the keys that changed. The lease ends LEASE ticks after t0.
 * A revocation commits, then waits until each replica has acknowledged it, or until each lease from before has ended.
 *
 * The property: no replica admits a call by a key after the revocation of this key has returned.
 *
 * A stall needs no rule of its own: time can pass between any two steps, and a process may never take its next step.
 * All clocks tick together. That of a replica may leave out one tick in LEASE, which is the drift between two clocks.
 *
 * Each variant in run.mjs breaks one rule by a macro, and spin has to find a call that is admitted too late.
 * Not modelled: a failover of the database, a machine that is paused together with its clock, and what a call does after it
 * was admitted.
 */

#ifndef REPLICAS
#define REPLICAS 1
#endif
/* The number of keys, each of which is revoked once. */
#ifndef KEYS
#define KEYS 1
#endif
/* The length of a lease in ticks. */
#ifndef LEASE
#define LEASE 2
#endif

/* How long a writer waits: a lease by the slowest clock. */
#ifdef WAITS_SHORTER
#define WAIT (LEASE - 1)
#else
#ifdef IGNORES_DRIFT
#define WAIT LEASE
#else
#define WAIT (LEASE + 1)
#endif
#endif

/* How long a heartbeat has to stand still before the row of its replica is removed. */
#ifdef REMOVES_EARLY
#define STILL (LEASE - 1)
#else
#define STILL (LEASE + 1)
#endif

/* What the database holds. */
byte epoch = 0;
byte changedAt[KEYS];      /* The epoch of the key's revocation; 0 means that the key is good. */
bool row[REPLICAS];        /* The replica has a row in the table of replicas. */
byte rowApplied[REPLICAS]; /* The epoch that the replica has acknowledged in its row. */
bool beaten[REPLICAS];     /* The heartbeat has moved since the remover last looked at it. */
#ifdef EPOCH_WITHOUT_LOCK
byte lastNumber = 0;
#endif

/* What the memory of each replica holds. */
typedef Memory { bool key[KEYS] };
Memory memory[REPLICAS];
byte applied[REPLICAS];    /* The epoch up to which the replica has applied changes. */
bool overlapped[REPLICAS]; /* Something was dropped since the load began. */

/* The clocks. Each stops at its bound, where it also stands while nobody reads it: that keeps the number of states small. */
byte lease[REPLICAS];      /* The ticks for which the lease still holds. */
byte pollAge[REPLICAS];    /* The ticks since t0 of the poll. */
byte sinceDrift[REPLICAS]; /* The ticks since the clock last left one out. */
byte waited[KEYS];         /* The ticks since the writer saw its commit. */
byte stoodStill = 0;       /* The ticks since the remover looked at a heartbeat. */

bool returned[KEYS];       /* The revocation has returned to its caller. */

inline oneTick(r) {
  if
#ifndef SAME_CLOCKS
  :: sinceDrift[r] >= LEASE -> sinceDrift[r] = 0
#endif
  :: true ->
    if :: sinceDrift[r] < LEASE -> sinceDrift[r]++ :: else fi;
    if :: lease[r] > 0 -> lease[r]-- :: else fi;
    if :: pollAge[r] < LEASE -> pollAge[r]++ :: else fi
  fi
}

active proctype Time() {
  byte i;
  do
  :: atomic {
      for (i : 0 .. REPLICAS - 1) { oneTick(i) }
      for (i : 0 .. KEYS - 1) { if :: waited[i] < WAIT -> waited[i]++ :: else fi }
      if :: stoodStill < STILL -> stoodStill++ :: else fi;
      i = 0
    }
  od
}

/* Forgets the keys that changed after the epoch `after`, up to the epoch `upTo`. All of them if it has just joined. */
inline drop(r, after, upTo, all) {
  for (k : 0 .. KEYS - 1) {
    if
    :: all || (changedAt[k] > after && changedAt[k] <= upTo) ->
      memory[r].key[k] = false;
#ifndef KEEPS_OVERLAPPED_LOAD
      overlapped[r] = true
#endif
    :: else
    fi
  }
  k = 0
}

/* Begins a lease of the poll whose t0 is pollAge ticks ago. */
inline trust(r) {
#ifdef COUNTS_FROM_RECEIPT
  lease[r] = LEASE
#else
  lease[r] = LEASE - pollAge[r]
#endif
}

/* A replica joins, polls, acknowledges, and may leave and join again. */
proctype Poller(byte r) {
  byte k = 0, read = 0;
  bool joined = false;

join:
  atomic {
    row[r] = true;
#ifdef JOINS_WITHOUT_DROP
    applied[r] = epoch;
    rowApplied[r] = epoch
#else
    rowApplied[r] = 0;
    joined = true
#endif
#ifndef HEARTBEAT_REPEATS
    ; beaten[r] = true
#endif
  }
  do
  :: pollAge[r] = 0;                                        /* It reads its clock: t0. */
    atomic {                                                /* One statement in the database. */
      if
      :: row[r] ->
#ifdef HEARTBEAT_REPEATS
        if :: !joined -> beaten[r] = true :: else fi;       /* Else it is the value that the remover has seen before. */
#else
        beaten[r] = true;
#endif
        read = epoch;
#ifdef ACKNOWLEDGES_BEFORE_DROP
        rowApplied[r] = epoch
#else
        rowApplied[r] = applied[r]
#endif
      :: else ->
#ifdef JOINS_WITHOUT_NEW_READ
        read = epoch
#else
        goto join                                           /* Its row was removed: it joins before it reads anew. */
#endif
      fi
    }
    if
    :: d_step {                                             /* The answer arrives. */
        drop(r, applied[r], read, joined);
        applied[r] = read;
        joined = false;
        trust(r);
        pollAge[r] = LEASE;
        read = 0
      }
#ifdef JOINS_WITHOUT_NEW_READ
      if :: !row[r] -> d_step { row[r] = true; rowApplied[r] = applied[r]; beaten[r] = true } :: else fi;
#endif
      if
      :: d_step { row[r] -> rowApplied[r] = applied[r] }    /* It acknowledges at once, */
      :: true                                               /* or no sooner than with its next poll. */
      fi
    :: d_step { pollAge[r] = LEASE; read = 0 }              /* The answer is lost. */
    fi
#ifndef STAYS
  :: true ->                                                /* It leaves: it stops trusting, then says goodbye. */
#ifndef LEAVES_WITH_LEASE
    lease[r] = 0;
#endif
    row[r] = false;
    goto join
#endif
  od
}

/* A replica reads a key from the database into its memory, unless something was dropped meanwhile. */
proctype Loader(byte r) {
  byte k = 0;
  bool good = false;
  do
  :: overlapped[r] = false;
    if
    :: k = 0
    :: KEYS > 1 -> k = KEYS - 1
    fi;
    good = (changedAt[k] == 0);
    d_step {
      if :: good && !overlapped[r] -> memory[r].key[k] = true :: else fi;
      good = false;
      overlapped[r] = true;
      k = 0
    }
  od
}

/* A call is admitted when its key is in memory and the lease holds, which is asked in one step. */
proctype Calls(byte r; byte k) {
  do
#ifdef CHECKS_NO_LEASE
  :: atomic { memory[r].key[k] -> assert(!returned[k]) }
#else
#ifdef CHECKS_LEASE_LATER
  :: memory[r].key[k] && !returned[k];
    if
    :: atomic { lease[r] > 0 -> assert(!returned[k]) }
    :: true
    fi
#else
  :: atomic { memory[r].key[k] && lease[r] > 0 -> assert(!returned[k]) }
#endif
#endif
  od
}

/* A replica without a row has said goodbye, or its lease ended before its row was removed. */
#ifdef RELEASES_BY_OLDER_LIST
#define GONE(r) (!row[r] || !older[r])
#else
#define GONE(r) (!row[r])
#endif

/* A key is revoked; this returns when no replica can admit a call by it any more. */
proctype Writer(byte k) {
  byte version = 0, r = 0;
  bool asked[REPLICAS];
#ifdef RELEASES_BY_OLDER_LIST
  bool older[REPLICAS];
  d_step { for (r : 0 .. REPLICAS - 1) { older[r] = row[r] } r = 0 }
#endif

#ifdef READS_REPLICAS_BEFORE_COMMIT
  d_step { for (r : 0 .. REPLICAS - 1) { asked[r] = row[r] } r = 0 }
#endif
#ifdef EPOCH_WITHOUT_LOCK
  d_step { lastNumber++; version = lastNumber }
  d_step { changedAt[k] = version; if :: epoch < version -> epoch = version :: else fi }
#else
  d_step { epoch++; version = epoch; changedAt[k] = version }  /* The commit. */
#endif
  waited[k] = 0;
#ifndef READS_REPLICAS_BEFORE_COMMIT
  d_step { for (r : 0 .. REPLICAS - 1) { asked[r] = row[r] } r = 0 }
#endif
  do
  :: r == REPLICAS -> break
  :: r < REPLICAS && (!asked[r] || GONE(r) || rowApplied[r] >= version || waited[k] >= WAIT) -> r++
  od;
  atomic {
    returned[k] = true;
    waited[k] = WAIT;
    version = 0;
    for (r : 0 .. REPLICAS - 1) { asked[r] = false }
    r = 0
  }
}

/* A row is removed after its heartbeat has stood still for longer than any lease, in a statement that compares the heartbeat. */
proctype Remover() {
  byte r;
  do
  :: atomic {
      if
      :: r = 0
      :: REPLICAS > 1 -> r = REPLICAS - 1
      fi;
      row[r] -> beaten[r] = false; stoodStill = 0
    }
    if
    :: d_step { stoodStill >= STILL -> if :: !beaten[r] -> row[r] = false :: else fi; beaten[r] = true }
    :: stoodStill = STILL
    fi
  od
}

init {
  byte i, j;
  atomic {
    for (i : 0 .. REPLICAS - 1) {
      sinceDrift[i] = LEASE;
      pollAge[i] = LEASE;
      overlapped[i] = true;
      run Poller(i);
      run Loader(i);
      for (j : 0 .. KEYS - 1) { run Calls(i, j) }
    }
    for (j : 0 .. KEYS - 1) { waited[j] = WAIT; run Writer(j) }
    stoodStill = STILL;
#ifdef REMOVAL
    run Remover()
#endif
  }
}
