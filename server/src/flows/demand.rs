//! What is asked of a person beside the first credential: the company's rules, put to what the account
//! has set up. The rules themselves are in the domain.

use app::wire::Method;

use crate::{
    clock::Moment,
    domain::second_factor::{self, Demand, Person},
    storage::{Account, AccountId, Attempt, Company, Factor, Tx},
};

use super::{Result, Services};

/// What an account can prove itself with.
pub(super) struct Means {
    pub factors: Vec<Factor>,
    /// Unused ones of the set that counts; none without one.
    pub backup_codes: Option<u8>,
}

impl Means {
    /// As they are now, for a decision: the caller holds the account's row.
    pub(super) async fn held(tx: &mut Tx, account: &AccountId) -> Result<Self> {
        Ok(Self {
            factors: tx.factors(account).await?,
            backup_codes: tx.backup_codes_left(account).await?,
        })
    }

    /// As they are seen, for showing a step.
    pub(super) async fn seen(s: &Services, account: &AccountId) -> Result<Self> {
        Ok(Self {
            factors: s.db.factors(account).await?,
            backup_codes: s.db.backup_codes_left(account).await?,
        })
    }

    pub(super) fn has_backup_codes(&self) -> bool {
        self.backup_codes.is_some_and(|left| left > 0)
    }

    /// What is asked of somebody who has just given the first credential.
    pub(super) fn demand(&self, account: &Account, company: &Company, now: Moment) -> Demand {
        let person = Person {
            admin: account.admin,
            ways: &ways(&self.factors),
            backup_codes: self.has_backup_codes(),
            reset_by_mail: account.reset_by_mail_at.is_some(),
        };
        company.policy.rules().demand(person, now)
    }

    /// What is asked where a password alone must not do: whatever the person has set up, also where the company asks
    /// for nothing.
    pub(super) fn demand_if_any(
        &self,
        account: &Account,
        company: &Company,
        now: Moment,
    ) -> Demand {
        match self.demand(account, company, now) {
            Demand::Nothing => match ways(&self.factors) {
                ways if ways.is_empty() => Demand::Nothing,
                ways => Demand::Prove(ways),
            },
            demand => demand,
        }
    }

    /// The same where something has to be set up by whoever has nothing.
    pub(super) fn demand_always(
        &self,
        account: &Account,
        company: &Company,
        now: Moment,
    ) -> Demand {
        match self.demand_if_any(account, company, now) {
            Demand::Nothing => Demand::ProveAndSetUp(vec![Method::Email]),
            demand => demand,
        }
    }

    /// What is asked where a browser alone must not do: a mailed code of whoever has nothing.
    pub(super) fn demand_anything(
        &self,
        account: &Account,
        company: &Company,
        now: Moment,
    ) -> Demand {
        match self.demand_if_any(account, company, now) {
            Demand::Nothing => Demand::Prove(vec![Method::Email]),
            demand => demand,
        }
    }

    /// What is asked of somebody who has proven their mailbox and nothing else: the mailbox never twice, their app if
    /// they have one.
    pub(super) fn demand_beside_mail(
        &self,
        account: &Account,
        company: &Company,
        now: Moment,
    ) -> Demand {
        let demand = self.demand_if_any(account, company, now);
        let mut others = demand.methods().to_vec();
        others.retain(|way| *way != Method::Email);
        let is_asked = others.contains(&Method::App)
            || (account.reset_by_mail_at.is_some() && !others.is_empty());
        match demand {
            Demand::Prove(_) if is_asked => Demand::Prove(others),
            Demand::ProveAndSetUp(_) if is_asked => Demand::ProveAndSetUp(others),
            Demand::Nothing | Demand::Prove(_) => Demand::Nothing,
            demand => demand,
        }
    }

    /// What is asked in a sign-in that has come to the code: where the company asks for nothing any
    /// more, what the person has set up still finishes it. Past single sign-on nothing less does than before.
    pub(super) fn demand_at_code(
        &self,
        attempt: &Attempt,
        account: &Account,
        company: &Company,
        now: Moment,
    ) -> Demand {
        let is_phone = attempt.phone_claim.is_some();
        let is_past = !company.passwords && attempt.sso_request.is_none() && !is_phone;
        let is_bound = is_phone && !attempt.binds_claim();
        let is_strict = company.policy.rules().is_strict(account.admin);
        if (is_past && account.admin) || (is_bound && is_strict) {
            return self.demand_always(account, company, now);
        }
        if attempt.began_by_mail() {
            let demand = self.demand_beside_mail(account, company, now);
            if demand != Demand::Nothing {
                return demand;
            }
        }
        self.demand_anything(account, company, now)
    }
}

/// Whether a proven mailbox is all that is asked before something is set up.
pub(super) fn mailbox_is_enough(demand: &Demand) -> bool {
    matches!(demand, Demand::ProveAndSetUp(ways) if ways.contains(&Method::Email))
}

/// The ways that somebody has set up, each once, last used first.
pub(super) fn ways(factors: &[Factor]) -> Vec<Method> {
    let mut ways = Vec::new();
    for method in factors
        .iter()
        .filter_map(|factor| second_factor::named(&factor.kind))
    {
        if !ways.contains(&method) {
            ways.push(method);
        }
    }
    ways
}

/// The way that an attempt asks for: the one that was chosen last, while it is open to the account.
pub(super) fn asked_way(attempt: &Attempt, demand: &Demand) -> Method {
    let open = demand.methods();
    chosen_way(attempt)
        .filter(|way| open.contains(way))
        .or_else(|| open.first().copied())
        .unwrap_or(Method::Email)
}

/// The way that was chosen last, whether or not it is open still.
pub(super) fn chosen_way(attempt: &Attempt) -> Option<Method> {
    attempt.method.as_deref().and_then(second_factor::named)
}
