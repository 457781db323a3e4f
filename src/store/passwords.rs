//! The passwords that accounts were given, for a person to hand over: one file beside the state,
//! mode 0600, and nowhere else.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{atomic, error::StoreError};
use crate::{mysql::AccountName, spec::Secret};

/// `shop.passwords.json` beside `shop.json`: a JSON object, a password for each account.
#[derive(Clone, Debug)]
pub struct PasswordFile {
    path: PathBuf,
}

impl PasswordFile {
    pub fn beside(state: &Path) -> Self {
        Self {
            path: state.with_extension("passwords.json"),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The password that an earlier run wrote; it may be the one that the account has.
    pub fn find(&self, account: &AccountName) -> Result<Option<Secret>, StoreError> {
        Ok(self.read()?.remove(&account.plain()).map(Secret::new))
    }

    /// Keeps a password. When this returns, it survives a power cut.
    pub fn keep(&self, account: &AccountName, password: &Secret) -> Result<(), StoreError> {
        let mut all = self.read()?;
        all.insert(account.plain(), password.expose().to_owned());
        let text = serde_json::to_string_pretty(&all).unwrap_or_default() + "\n";
        atomic::make_folder(&self.path)?;
        atomic::write(&self.path, &text)
    }

    fn read(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let Some(text) = atomic::read(&self.path)? else {
            return Ok(BTreeMap::new());
        };
        serde_json::from_str(&text).map_err(|_| StoreError::Passwords {
            path: self.path.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn passwords_are_kept_for_their_owner_alone() {
        let folder = std::env::temp_dir().join(format!("cutover-passwords-{}", std::process::id()));
        let file = PasswordFile::beside(&folder.join("shop.json"));
        let [app, odd] = [("app", "%"), ("o'b\n", "10.%")].map(|(u, h)| AccountName::new(u, h));
        assert_eq!(file.find(&app).unwrap(), None);
        file.keep(&app, &Secret::new("one")).unwrap();
        file.keep(&odd, &Secret::new("two")).unwrap();
        assert_eq!(file.find(&app).unwrap().unwrap().expose(), "one");
        assert_eq!(file.find(&odd).unwrap().unwrap().expose(), "two");
        let mode = std::fs::metadata(file.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(file.path().ends_with("shop.passwords.json"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
