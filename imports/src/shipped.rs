//! The profiles that come with the program.

use crate::profile::{Profile, ProfileError};

/// The texts of the shipped profiles, by name.
pub const SHIPPED: &[(&str, &str)] = &[
    ("spend-over-500", include_str!("../profiles/spend-over-500.toml")),
    ("360giving", include_str!("../profiles/360giving.toml")),
    ("statement-bankline", include_str!("../profiles/statement-bankline.toml")),
    ("statement-barclays", include_str!("../profiles/statement-barclays.toml")),
    ("statement-hsbc", include_str!("../profiles/statement-hsbc.toml")),
    ("statement-hsbc-business", include_str!("../profiles/statement-hsbc-business.toml")),
    ("statement-hsbcnet", include_str!("../profiles/statement-hsbcnet.toml")),
    ("statement-lloyds", include_str!("../profiles/statement-lloyds.toml")),
    ("statement-midata", include_str!("../profiles/statement-midata.toml")),
    ("statement-money-in-out", include_str!("../profiles/statement-money-in-out.toml")),
    ("statement-natwest", include_str!("../profiles/statement-natwest.toml")),
    ("statement-santander", include_str!("../profiles/statement-santander.toml")),
    ("statement-starling", include_str!("../profiles/statement-starling.toml")),
];

/// Parses a shipped profile; `None` if there is none of this name.
pub fn shipped(name: &str) -> Option<Result<Profile, ProfileError>> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| Profile::parse(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_profile_can_be_read_and_has_its_own_name() {
        for (name, _) in SHIPPED {
            let profile = shipped(name).unwrap().unwrap();
            assert_eq!(profile.name, *name);
            assert!(!profile.about.is_empty(), "{name}");
        }
    }

    #[test]
    fn every_profile_of_the_folder_is_shipped() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let is_profile = path.extension().is_some_and(|it| it == "toml");
            assert!(!is_profile || shipped(name).is_some(), "add `{name}` to SHIPPED");
        }
    }
}
