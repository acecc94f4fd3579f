//! One person, changed by an administrator.

use app::{
    i18n,
    wire::{EditUser, Role, UserDetail},
};

use crate::{
    domain::{alias, people::Seat, typed},
    storage::{AccountEdit, AccountState, AuditKind, LinkKind, PresenceListId, fold},
};

use super::{
    Change, Refusal, Result, Services, Visitor, check_roles, email, own_list, session, signs_in,
    taken,
};

/// What was typed, in its stored form.
struct Wanted {
    name: String,
    username: String,
    email: String,
    agent: bool,
    admin: bool,
}

/// How much of a change there is.
struct Extent {
    roles: bool,
    email: bool,
    sso_only: bool,
    /// The names of the fields, for the audit log.
    told: String,
}

/// Changes a person. Roles and address need a fresh proof; a new role ends the person's sessions.
///
/// # Errors
/// [`Refusal::ChangedMeanwhile`] when somebody else has changed the person since they were read;
/// [`Refusal::LastAdmin`], [`Refusal::UsernameTaken`], [`Refusal::EmailTaken`], [`Refusal::FreshProofNeeded`],
/// [`Refusal::Forbidden`] for a role that the administrator does not hold, [`Refusal::NotFound`] for people and lists of
/// other companies, [`Refusal::InvalidRequest`] for what is no name, address, username or language.
pub async fn edit(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    typed: &EditUser,
) -> Result<UserDetail> {
    let admin = session::live_admin(s, visitor).await?;
    let mut change = Change::begin(s, &admin, id, false).await?;
    if i64::from(typed.version) != change.account.version {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    let wanted = read(typed)?;
    let list = own_list(&mut change.tx, &admin, typed.presence_list.as_deref()).await?;
    let sso_only = is_sso_only(s, &change).await?;
    let extent = extent(&change, &wanted, typed, list.as_ref(), sso_only);
    if extent.told.is_empty() {
        return change.finish(s).await;
    }
    if extent.roles {
        check_roles(&admin, &typed.roles)?;
    }
    if extent.roles || extent.email || extent.sso_only {
        session::check_fresh(s, &admin)?;
    }
    change
        .check_last_admin(Seat {
            admin: wanted.admin,
            signs_in: signs_in(change.account.state) && !(extent.sso_only && sso_only),
        })
        .await?;
    store(
        s,
        visitor,
        &mut change,
        &wanted,
        typed,
        list.as_ref(),
        &extent,
    )
    .await?;
    change.audit(s, visitor, AuditKind::AccountChanged, Some(extent.told));
    change.finish(s).await
}

fn read(typed: &EditUser) -> Result<Wanted, Refusal> {
    let wrong = Refusal::InvalidRequest;
    let name = typed.name.trim().to_owned();
    let is_spoken = |tag: &String| i18n::languages().any(|(known, _)| known == tag);
    if !alias::is_showable(&name) || typed.language.as_ref().is_some_and(|tag| !is_spoken(tag)) {
        return Err(wrong);
    }
    if typed.roles.is_empty() {
        return Err(wrong);
    }
    Ok(Wanted {
        name,
        username: typed::username(&typed.username).ok_or(wrong.clone())?,
        email: typed::email(&typed.email).ok_or(wrong)?,
        agent: typed.roles.contains(&Role::Agent),
        admin: typed.roles.contains(&Role::Admin),
    })
}

async fn is_sso_only(s: &Services, change: &Change) -> Result<bool> {
    let listed =
        s.db.listed_account(&change.company.id, &change.account.id)
            .await?;
    Ok(listed.is_some_and(|it| it.is_sso_only()))
}

fn extent(
    change: &Change,
    wanted: &Wanted,
    typed: &EditUser,
    list: Option<&PresenceListId>,
    sso_only: bool,
) -> Extent {
    let now = &change.account;
    let roles = (wanted.agent, wanted.admin) != (now.agent, now.admin);
    let email = wanted.email != now.email;
    let sso = typed.sso_only != sso_only;
    let told: Vec<&str> = [
        (wanted.name != now.name, "name"),
        (wanted.username != now.username, "username"),
        (email, "email"),
        (roles, "roles"),
        (typed.phone != app::wire::Phone::from(now.phone), "phone"),
        (list != now.presence_list_id.as_ref(), "presence_list"),
        (typed.language != now.language, "language"),
        (sso, "sso_only"),
    ]
    .into_iter()
    .filter_map(|(changed, name)| changed.then_some(name))
    .collect();
    Extent {
        roles,
        // Another spelling of the same address reaches the same person.
        email: email && fold(&wanted.email) != fold(&now.email),
        sso_only: sso,
        told: told.join(" "),
    }
}

async fn store(
    s: &Services,
    visitor: &Visitor,
    change: &mut Change,
    wanted: &Wanted,
    typed: &EditUser,
    list: Option<&PresenceListId>,
    extent: &Extent,
) -> Result<()> {
    let id = change.account.id.clone();
    let at_once = !extent.email || email::is_replaced_at_once(&change.account);
    let address = if at_once {
        wanted.email.clone()
    } else {
        change.account.email.clone()
    };
    let edit = AccountEdit {
        name: &wanted.name,
        username: &wanted.username,
        email: &address,
        agent: wanted.agent,
        admin: wanted.admin,
        phone: typed.phone.into(),
        presence_list: list,
        language: typed.language.as_deref(),
    };
    change.tx.edit_account(&id, &edit).await.map_err(taken)?;
    if extent.sso_only {
        change.tx.set_sso_only(&id, typed.sso_only).await?;
        change
            .tx
            .kill_links(&id, LinkKind::Invitation, s.now())
            .await?;
    }
    if extent.roles || extent.sso_only {
        change.tx.raise_security_version(&id).await?;
        // Links that are on their way still open what they are for.
        for kind in [LinkKind::Invitation, LinkKind::Email] {
            change.tx.renew_links(&id, kind).await?;
        }
        change.end_sessions(s).await?;
    }
    if extent.email && at_once {
        change
            .tx
            .kill_links(&id, LinkKind::Invitation, s.now())
            .await?;
        change.tx.forget_invitation(&id).await?;
    } else if extent.email {
        email::ask(s, visitor, change, &wanted.email).await?;
    }
    if change.account.state == AccountState::Bounced && extent.sso_only {
        change.tx.forget_invitation(&id).await?;
    }
    Ok(())
}
