//! Microphones and loudspeakers, and which of them somebody likes best. What is remembered are the names that browsers
//! give devices, so that a headset is known again whichever socket it is plugged into.

use serde::{Deserialize, Serialize};

/// One microphone or loudspeaker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Device {
    /// The browser's, for this site.
    pub(crate) id: String,
    /// Empty as long as the browser does not tell.
    pub(crate) label: String,
    /// What it shares with the other half of the same headset.
    pub(crate) group: String,
}

/// What somebody chose for one headset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Liked {
    /// Its microphone's name; empty for whichever the system takes.
    pub(super) microphone: String,
    /// The name of the loudspeaker that goes with it; empty likewise.
    #[serde(default)]
    pub(super) speaker: String,
}

/// How many headsets are remembered.
const REMEMBERED: usize = 8;

/// Puts a choice in front of the older ones.
pub(super) fn remember(mut liked: Vec<Liked>, newest: Liked) -> Vec<Liked> {
    liked.retain(|it| it.microphone != newest.microphone);
    liked.insert(0, newest);
    liked.truncate(REMEMBERED);
    liked
}

/// The latest choice whose microphone is plugged in; the system's own is always there.
pub(super) fn best<'a>(liked: &'a [Liked], inputs: &[Device]) -> Option<&'a Liked> {
    liked.iter().find(|it| {
        it.microphone.is_empty() || inputs.iter().any(|device| device.label == it.microphone)
    })
}

/// Whether `used` is not plugged in any more. A browser that tells no names tells nothing of it.
pub(super) fn is_gone(used: &Device, inputs: &[Device]) -> bool {
    let same = |device: &Device| match used.group.is_empty() {
        true => device.label == used.label,
        false => device.group == used.group,
    };
    let told = inputs.iter().all(|device| !device.label.is_empty());
    told && !inputs.iter().any(same)
}

/// Whether it is a device, not the browser's word for another one that the system prefers.
pub(super) fn is_own(device: &Device) -> bool {
    !matches!(device.id.as_str(), "default" | "communications")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(label: &str, group: &str) -> Device {
        Device {
            id: format!("id of {label}"),
            label: label.to_owned(),
            group: group.to_owned(),
        }
    }

    fn liked(microphone: &str) -> Liked {
        Liked {
            microphone: microphone.to_owned(),
            speaker: String::new(),
        }
    }

    #[test]
    fn the_latest_choice_that_is_plugged_in_counts() {
        let inputs = [device("Built-in", "a"), device("Desk 4", "b")];
        let mut choices = Vec::new();
        assert_eq!(best(&choices, &inputs), None);
        choices = remember(choices, liked("Built-in"));
        choices = remember(choices, liked("Desk 4"));
        choices = remember(choices, liked("At home"));
        assert_eq!(best(&choices, &inputs), Some(&liked("Desk 4")));
        assert_eq!(best(&choices, &inputs[..1]), Some(&liked("Built-in")));
        choices = remember(choices, liked(""));
        assert_eq!(best(&choices, &inputs), Some(&liked("")));
        choices = remember(choices, liked("Built-in"));
        assert_eq!(choices.len(), 4);
        assert_eq!(best(&choices, &inputs), Some(&liked("Built-in")));
    }

    #[test]
    fn old_headsets_are_forgotten() {
        let choices = (0..20).fold(Vec::new(), |all, number| {
            remember(all, liked(&number.to_string()))
        });
        assert_eq!(choices.len(), REMEMBERED);
        assert_eq!(choices[0], liked("19"));
    }

    #[test]
    fn a_headset_is_gone_when_no_half_of_it_is_left() {
        let headset = device("Headset", "h");
        let inside = device("Built-in", "b");
        assert!(!is_gone(&headset, &[inside.clone(), headset.clone()]));
        // The system's choice has another name and the same group.
        assert!(!is_gone(
            &device("Default - Headset", "h"),
            std::slice::from_ref(&headset)
        ));
        assert!(is_gone(&headset, std::slice::from_ref(&inside)));
        assert!(is_gone(&headset, &[]));
        assert!(is_gone(&device("Headset", ""), &[inside]));
        // Nothing is known of devices without names.
        assert!(!is_gone(&headset, &[device("", "")]));
    }
}
