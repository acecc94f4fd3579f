//! Who gets a place in the queue for password hashing when places are few (SECURITY 8).
//!
//! Strangers can send more sign-ins than the cores can hash. Half of the places is therefore kept
//! for browsers that are known, and in the open half no single network crowds out the others.
//! Nobody is refused for an address alone. Running the hashes belongs to `hashing`.

use std::{collections::HashMap, net::IpAddr};

/// Which part of the queue a sign-in may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// From a browser that has completed a sign-in for this account.
    Known,
    Unknown,
}

/// Where a sign-in comes from, as coarsely as one customer gets addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// One IPv4 address.
    V4([u8; 4]),
    /// The first 64 bits of an IPv6 address.
    V6([u8; 8]),
    /// A network that the operator has registered: it may hold every open place.
    Registered,
}

impl Network {
    /// The network of an address; an IPv4 address inside IPv6 counts as itself.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

/// The places and who holds them.
#[derive(Debug)]
pub struct HashQueue {
    capacity: usize,
    known: usize,
    unknown: HashMap<Network, usize>,
}

impl HashQueue {
    /// A queue with so many places, at least one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            known: 0,
            unknown: HashMap::new(),
        }
    }

    /// Takes a place if there is one for this sign-in.
    pub fn admit(&mut self, lane: Lane, network: Network) -> bool {
        let is_admitted = self.taken() < self.capacity
            && match lane {
                Lane::Known => true,
                Lane::Unknown => self.has_open_place(network),
            };
        if is_admitted {
            match lane {
                Lane::Known => self.known += 1,
                Lane::Unknown => *self.unknown.entry(network).or_default() += 1,
            }
        }
        is_admitted
    }

    /// Gives back a place that `admit` gave to the same lane and network.
    pub fn leave(&mut self, lane: Lane, network: Network) {
        match lane {
            Lane::Known => self.known = self.known.saturating_sub(1),
            Lane::Unknown => {
                if let Some(held) = self.unknown.get_mut(&network) {
                    *held -= 1;
                    if *held == 0 {
                        self.unknown.remove(&network);
                    }
                }
            }
        }
    }

    /// Places taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.known + self.taken_by_unknown()
    }

    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    fn taken_by_unknown(&self) -> usize {
        self.unknown.values().sum()
    }

    fn has_open_place(&self, network: Network) -> bool {
        let open = self.capacity.div_ceil(2);
        let share = (open / 4).max(1);
        let taken = self.taken_by_unknown();
        let held = self.unknown.get(&network).copied().unwrap_or(0);
        if network == Network::Registered || held < share {
            taken < open
        } else {
            // Alone it may go on, but the last quarter stays free: who comes next must find a
            // place at once instead of waiting until this network's work is done.
            taken == held && taken < open - share
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

    use super::*;

    fn network(n: u8) -> Network {
        Network::V4([192, 0, 2, n])
    }

    /// How many of so many requests get a place.
    fn admitted(queue: &mut HashQueue, requests: usize, lane: Lane, network: Network) -> usize {
        (0..requests).filter(|_| queue.admit(lane, network)).count()
    }

    #[test]
    fn addresses_are_taken_together_as_one_customer_gets_them() {
        let of = |address: &str| Network::of(address.parse().expect("an address"));
        assert_eq!(of("192.0.2.1"), network(1));
        assert_eq!(of("::ffff:192.0.2.1"), network(1));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::9"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
    }

    #[test]
    fn half_is_kept_for_known_browsers() {
        let mut queue = HashQueue::new(64);
        assert_eq!(
            admitted(&mut queue, 100, Lane::Unknown, Network::Registered),
            32
        );
        assert_eq!(admitted(&mut queue, 100, Lane::Known, network(1)), 32);
        assert_eq!(queue.taken(), 64);
        queue.leave(Lane::Unknown, Network::Registered);
        assert_eq!(
            admitted(&mut queue, 100, Lane::Known, network(1)),
            1,
            "known take any place"
        );
    }

    #[test]
    fn a_network_alone_leaves_a_quarter_for_whoever_comes_next() {
        let mut queue = HashQueue::new(64);
        assert_eq!(admitted(&mut queue, 100, Lane::Unknown, network(1)), 24);
        assert_eq!(admitted(&mut queue, 100, Lane::Unknown, network(2)), 8);
        // Now both are over their share, and stay so until they are below a quarter each.
        for _ in 0..17 {
            assert!(!queue.admit(Lane::Unknown, network(1)));
            queue.leave(Lane::Unknown, network(1));
        }
        assert!(queue.admit(Lane::Unknown, network(1)));
        assert!(!queue.admit(Lane::Unknown, network(1)));
    }

    #[test]
    fn the_smallest_queue_still_serves_one_after_the_other() {
        let mut queue = HashQueue::new(0);
        for lane in [Lane::Unknown, Lane::Known] {
            assert_eq!(admitted(&mut queue, 5, lane, network(1)), 1);
            assert!(!queue.admit(lane, network(2)));
            queue.leave(lane, network(1));
        }
    }

    #[test]
    fn a_registered_network_has_no_share_to_keep_to() {
        let mut queue = HashQueue::new(64);
        assert!(queue.admit(Lane::Unknown, network(1)));
        assert_eq!(
            admitted(&mut queue, 100, Lane::Unknown, Network::Registered),
            31
        );
    }

    #[test]
    fn nobody_is_remembered_who_holds_nothing() {
        let mut queue = HashQueue::new(64);
        for n in 0..=255 {
            assert!(queue.admit(Lane::Unknown, network(n)));
            queue.leave(Lane::Unknown, network(n));
        }
        assert_eq!(queue.taken(), 0);
        assert!(queue.unknown.is_empty());
        queue.leave(Lane::Known, network(1));
        queue.leave(Lane::Unknown, network(1));
        assert_eq!(queue.taken(), 0);
    }

    #[test]
    fn the_rules_hold_whatever_comes_and_goes() {
        for seed in 0..200 {
            let mut rng = StdRng::seed_from_u64(seed);
            let capacity = rng.random_range(1..200);
            let mut queue = HashQueue::new(capacity);
            let open = capacity.div_ceil(2);
            let share = (open / 4).max(1);
            let mut held: Vec<(Lane, Network)> = Vec::new();
            for _ in 0..2000 {
                if rng.random_bool(0.4) && !held.is_empty() {
                    let (lane, network) = held.swap_remove(rng.next_u32() as usize % held.len());
                    queue.leave(lane, network);
                    continue;
                }
                let lane = if rng.random_bool(0.3) {
                    Lane::Known
                } else {
                    Lane::Unknown
                };
                let network = match rng.random_range(0..8) {
                    0 => Network::Registered,
                    // One network comes much more often than the others.
                    1..=4 => network(0),
                    n => network(n),
                };
                let unknown = held.iter().filter(|(lane, _)| *lane == Lane::Unknown);
                let (taken, mine) = unknown.fold((0, 0), |(taken, mine), (_, other)| {
                    (taken + 1, mine + usize::from(*other == network))
                });
                let is_full = held.len() == capacity;
                let was_admitted = queue.admit(lane, network);
                if was_admitted {
                    held.push((lane, network));
                }
                match lane {
                    Lane::Known => assert_eq!(was_admitted, !is_full),
                    Lane::Unknown if was_admitted => {
                        assert!(taken < open);
                        let others_wait = taken > mine;
                        assert!(network == Network::Registered || !others_wait || mine < share);
                    }
                    // Below its share a network is refused only when there is no place at all.
                    Lane::Unknown => assert!(mine >= share || taken >= open || is_full),
                }
                assert_eq!(queue.taken(), held.len());
                assert!(held.len() <= capacity);
            }
        }
    }
}
