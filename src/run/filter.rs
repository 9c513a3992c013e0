//! The filter of system calls, as data: what is denied, and why.

use nix::libc;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, sock_filter,
};

/// System calls that no example needs and that reach beyond its process.
const DENIED: &[libc::c_long] = &[
    // other processes
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    // mounts and namespaces
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_mount_setattr,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    // the kernel itself
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_syslog,
    libc::SYS_fanotify_init,
    libc::SYS_lookup_dcookie,
    // keys, which are shared with the user's session
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    // the machine
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_vhangup,
];

/// Memory that belongs to no process, so that no limit counts it and no sweep frees it. That of services
/// ends with the namespace they are in.
const OF_NO_PROCESS: &[libc::c_long] = &[
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_semctl,
    libc::SYS_msgget,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
];

/// Calls that change a file without opening it, which Landlock does not see. Where the rest of the
/// file system is neither hidden nor read-only nothing else would keep an example from changing the
/// permissions of whatever the user owns.
const CHANGING_UNOPENED: &[libc::c_long] = &[
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    SYS_FCHMODAT2,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    SYS_SETXATTRAT,
    SYS_REMOVEXATTRAT,
    SYS_FILE_SETATTR,
];
/// Younger calls, whose numbers are the same on all machines.
const SYS_FCHMODAT2: libc::c_long = 452;
const SYS_SETXATTRAT: libc::c_long = 463;
const SYS_REMOVEXATTRAT: libc::c_long = 466;
const SYS_FILE_SETATTR: libc::c_long = 469;

/// What the filter must make up for.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// Whether the example has a network of its own, in which internet sockets lead nowhere.
    pub own_network: bool,
    /// Whether the files of the user are out of sight, and the others read-only. Sockets are files
    /// too: connecting to one needs nothing but its path, and behind the session bus sits a service
    /// that starts programs.
    pub hidden_files: bool,
    /// Whether its user is one to whom nothing belongs.
    pub is_nobody: bool,
    /// Whether it sees no processes but its own and its zygote, which is number 1.
    pub own_processes: bool,
    /// Whether it is for services rather than for examples.
    pub serves: bool,
}

/// The programs: what is denied; `clone3`, whose flags no filter can read and which therefore does
/// not exist here (glibc then takes `clone`); and the numbers of the x32 interface, under which all
/// calls would be there a second time.
pub fn filters(arch: TargetArch, around: Around) -> Result<Vec<BpfProgram>, BackendError> {
    let mut rules: std::collections::BTreeMap<i64, Vec<SeccompRule>> =
        DENIED.iter().map(|&call| (call, Vec::new())).collect();
    if !around.serves {
        rules.extend(OF_NO_PROCESS.iter().map(|&call| (call, Vec::new())));
    }
    rules.insert(libc::SYS_clone, new_namespaces()?);
    rules.insert(libc::SYS_socket, sockets(around)?);
    rules.extend(calls_on_others(around)?);
    if !around.hidden_files && !around.is_nobody {
        rules.extend(CHANGING_UNOPENED.iter().map(|&call| (call, Vec::new())));
    }
    if !around.own_processes {
        // To all processes of the user: where there is no namespace that bounds "all".
        let everybody = argument(0, SeccompCmpOp::Eq, u64::from(u32::MAX))?;
        rules.insert(libc::SYS_kill, vec![everybody]);
    }
    let denied =
        SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(libc::EPERM as u32), arch)?;
    let absent = SeccompFilter::new(
        [(libc::SYS_clone3, Vec::new())].into(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS as u32),
        arch,
    )?;
    let mut programs = vec![absent.try_into()?, denied.try_into()?];
    if arch == TargetArch::x86_64 {
        programs.push(without_x32());
    }
    Ok(programs)
}

/// Limits, priority and processors of a process are open to its whole uid, and the zygote has that
/// of its examples. Of these calls only those on the caller itself remain, or, among processes of
/// its own, those that do not name the zygote.
fn calls_on_others(around: Around) -> Result<Vec<(i64, Vec<SeccompRule>)>, BackendError> {
    let other = |index| match around.own_processes {
        true => argument(index, SeccompCmpOp::Eq, 1),
        false => argument(index, SeccompCmpOp::Ne, 0),
    };
    let mut rules = Vec::new();
    for call in [
        libc::SYS_prlimit64,
        libc::SYS_sched_setaffinity,
        libc::SYS_sched_setscheduler,
        libc::SYS_sched_setparam,
        libc::SYS_sched_setattr,
    ] {
        rules.push((call, vec![other(0)?]));
    }
    // Whose priority: a process, a group, or (the last kind) all that a user has.
    for (call, user) in [(libc::SYS_setpriority, 2), (libc::SYS_ioprio_set, 3)] {
        rules.push((call, vec![argument(0, SeccompCmpOp::Eq, user)?, other(1)?]));
    }
    Ok(rules)
}

/// Refuses every number with the bit of x32, which no rule above has.
fn without_x32() -> BpfProgram {
    const X32: u32 = 0x4000_0000;
    let step = |code: u32, jt, jf, k| sock_filter { code: code as u16, jt, jf, k };
    vec![
        // The number of the call is the first word of what a filter sees.
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K, 0, 1, X32),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ]
}

/// `clone` with the flag of any new namespace.
fn new_namespaces() -> Result<Vec<SeccompRule>, BackendError> {
    let flags = [
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWNET,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWCGROUP,
    ];
    let rules = flags.into_iter().map(|flag| {
        let flag = flag as u64;
        argument(0, SeccompCmpOp::MaskedEq(flag), flag)
    });
    rules.collect()
}

/// `socket` for a family that is denied: those of the internet only where the example has no
/// network of its own, those of this machine only where it could reach the sockets of others.
fn sockets(around: Around) -> Result<Vec<SeccompRule>, BackendError> {
    let mut families = vec![libc::AF_PACKET, libc::AF_VSOCK, libc::AF_ALG, libc::AF_XDP, libc::AF_BLUETOOTH];
    if !around.own_network {
        families.extend([libc::AF_INET, libc::AF_INET6]);
    }
    if !around.hidden_files {
        families.push(libc::AF_UNIX);
    }
    families.into_iter().map(|family| argument(0, SeccompCmpOp::Eq, family as u64)).collect()
}

/// What an example gets in addition that is to have no network at all.
pub fn without_internet(arch: TargetArch) -> Result<BpfProgram, BackendError> {
    let families = [libc::AF_INET, libc::AF_INET6].map(|family| family as u64);
    let rules = families.into_iter().map(|family| argument(0, SeccompCmpOp::Eq, family));
    let rules = [(libc::SYS_socket, rules.collect::<Result<Vec<_>, _>>()?)].into();
    let action = SeccompAction::Errno(libc::EPERM as u32);
    SeccompFilter::new(rules, SeccompAction::Allow, action, arch)?.try_into()
}

fn argument(index: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(vec![SeccompCondition::new(index, SeccompCmpArgLen::Dword, operator, value)?])
}
