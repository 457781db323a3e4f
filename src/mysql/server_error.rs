//! What a server's error means for us, by its number, in one place.

/// What may be done after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The same request may work later.
    Transient,
    /// Stop at a safe point: a person must change something.
    Permanent,
    /// It may have happened: look before repeating it.
    Ambiguous,
}

/// The class of a server error number (manual, "Server Error Message Reference").
pub fn classify(code: u16) -> ErrorClass {
    match code {
        // too many connections, host blocked for a moment, lock wait timeout, deadlock, server
        // shutdown, query interrupted, read-only for a moment in a failover, user limits
        1040 | 1129 | 1203 | 1205 | 1213 | 1226 | 1290 | 1836 | 3100 | 3572 => {
            ErrorClass::Transient
        }
        // the connection was ended while a statement may have run
        1053
        | 1077
        | 1079
        | 1152
        | 1158..=1161
        | 1184
        | 1317
        | 1927
        | 2006
        | 2013
        | 3169
        | 4031 => ErrorClass::Ambiguous,
        _ => ErrorClass::Permanent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlocks_are_repeated_and_syntax_errors_are_not() {
        assert_eq!(classify(1213), ErrorClass::Transient);
        assert_eq!(classify(2013), ErrorClass::Ambiguous);
        assert_eq!(classify(1064), ErrorClass::Permanent);
    }
}
