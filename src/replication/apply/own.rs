//! Tables with columns that only the destination has, inside the lane's transaction.
//!
//! Nobody sends their values, so a row keeps them only while it stays where it is: one whose key
//! changes is changed in place, and none is deleted to come again. Source rows that are deleted and
//! inserted anew are new rows here, too.

use super::{
    batch::Batch,
    error::ApplyError,
    statement::{Write, Writer},
    subset::in_the_way,
};
use crate::{
    conn::Session,
    replication::{
        net::{self, same},
        window::{Change, Fit, Row},
    },
    rows::{KeyBound, Weights, keyset},
};

impl Batch<'_> {
    /// Applies a table's changes; those between two that change keys are merged.
    ///
    /// # Errors
    /// As [`Batch::apply`].
    pub async fn apply_in_place(
        &self,
        session: &mut Session,
        changes: &[(usize, &Change)],
        weights: &Weights,
    ) -> Result<(), ApplyError> {
        let mut from = 0;
        let mut deleted = false;
        for (at, (index, change)) in changes.iter().enumerate() {
            match (&change.before, &change.after) {
                (Some(before), Some(after)) if !self.table.keys.are_kept(before, after) => {
                    self.merged_in_place(session, &changes[from..at], weights)
                        .await?;
                    self.moved(session, before, after, *index).await?;
                    from = at + 1;
                    deleted = false;
                }
                (None, Some(_)) if deleted => {
                    // it is not the row that was deleted
                    self.merged_in_place(session, &changes[from..at], weights)
                        .await?;
                    from = at;
                    deleted = false;
                }
                (_, Some(_)) => {}
                (_, None) => deleted = true,
            }
        }
        self.merged_in_place(session, &changes[from..], weights)
            .await
    }

    async fn merged_in_place(
        &self,
        session: &mut Session,
        changes: &[(usize, &Change)],
        weights: &Weights,
    ) -> Result<(), ApplyError> {
        let mut nets = net::merge(self.identity, changes.iter().copied(), weights);
        let keys = &self.table.keys;
        // an upsert takes whichever row it meets first: there must be no other key to meet one by
        let alone = keys.others.is_empty() && !keys.opaque;
        if self.window.fit == Fit::Exact || alone {
            return self.apply(session, &nets).await;
        }
        nets.sort_by_key(|net| net.change);
        let gone: Vec<_> = nets.iter().filter(|net| net.after.is_none()).collect();
        let gone_keys = gone.iter().map(|net| self.key(net.row));
        let gone_keys = gone_keys.collect::<Result<Vec<_>, _>>()?;
        let last = gone.iter().map(|net| net.change).max().unwrap_or(0);
        self.delete(session, &gone_keys, last).await?;
        for net in &nets {
            if let Some(after) = net.after {
                self.upsert(session, &[net.row], after, net.change).await?;
            }
        }
        Ok(())
    }

    /// A row whose unique values change.
    async fn moved(
        &self,
        session: &mut Session,
        before: &Row,
        after: &Row,
        change: usize,
    ) -> Result<(), ApplyError> {
        if self.window.fit == Fit::Fuzzy {
            // by its later key where the copy read it later
            return self.upsert(session, &[before, after], after, change).await;
        }
        self.check_one(session, before, change).await?;
        if same(before, after, &self.table.shape.encodings()) {
            return Ok(());
        }
        let version = session.version().clone();
        let writer = Writer::new(&self.table.shape, &version);
        let itself = keyset::is_one_of(&self.identity.written, &[self.key(before)?]);
        let statement = writer.update(after, &itself);
        match self.run(session, &statement, change).await? {
            1 => Ok(()),
            found => Err(self.target().miscounted(change, 1, found)),
        }
    }

    /// Gives the first row that is there, by the keys of these images, its new values; puts it in
    /// where none is.
    async fn upsert(
        &self,
        session: &mut Session,
        known: &[&Row],
        after: &Row,
        change: usize,
    ) -> Result<(), ApplyError> {
        let version = session.version().clone();
        let writer = Writer::new(&self.table.shape, &version);
        for row in known {
            let key = [self.key(row)?];
            for statement in writer.lock(&self.identity.written, &key) {
                if !self.read(session, &statement).await?.is_empty() {
                    return self.put_in_place(session, &key, after, change).await;
                }
            }
        }
        for mut statement in writer.write(Write::Insert, std::iter::once(after)) {
            match self.run(session, &statement, change).await {
                Err(ApplyError::There { .. }) => {
                    statement.replace();
                    self.run(session, &statement, change).await?;
                }
                done => {
                    done?;
                }
            }
        }
        Ok(())
    }

    /// What stands in the way was copied later than this change, and comes again by its own.
    async fn put_in_place(
        &self,
        session: &mut Session,
        key: &[KeyBound],
        after: &Row,
        change: usize,
    ) -> Result<(), ApplyError> {
        let version = session.version().clone();
        let writer = Writer::new(&self.table.shape, &version);
        let itself = keyset::is_one_of(&self.identity.written, key);
        let statement = writer.update(after, &itself);
        match self.run(session, &statement, change).await {
            Err(ApplyError::There { .. }) => {}
            done => return done.map(|_| ()),
        }
        for other in in_the_way(self.table, after, &itself) {
            self.run(session, &other, change).await?;
        }
        match self.run(session, &statement, change).await {
            Err(ApplyError::There { .. }) => {}
            done => return done.map(|_| ()),
        }
        // by a key that images do not show
        self.delete(session, key, change).await?;
        for statement in writer.write(Write::Replace, std::iter::once(after)) {
            self.run(session, &statement, change).await?;
        }
        Ok(())
    }
}
